/**
 * Where a workload's time goes: its programs by the time they take, and the costliest one's by operator, by the gradients
 * its equations came about in, and by the learning code that they come from. Fused programs are timed call by call,
 * others by ONNX Runtime's own profile, on one thread.
 */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { type Arrays, leavesOf, type NDArray, type Tree } from "../../src/base/array.js";
import type { Computed, FusedProgram } from "../../src/engine/fuse/codegen/fused-program.js";
import { type Engine, engineFor, type Program } from "../../src/engine/index.js";
import { openFused } from "../../src/engine/run/worker-fused.mjs";
import { recordSources } from "../../src/engine/trace/source.js";
import type { Workload } from "./workloads/index.js";

/** A program in use, and what it was last called with. */
interface Watched {
  readonly program: Program;
  calls: number;
  milliseconds: number;
  args: readonly Arrays[];
}

const UNITS = 2;
const RUNS = 10;
const MOST_LINES = 40;

/** The programs that an engine compiles from now on. */
function watch(engine: Engine): Watched[] {
  const all: Watched[] = [];
  const compile = engine.compile.bind(engine);
  engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
    const program = compile(...definition);
    const watched: Watched = { program, calls: 0, milliseconds: 0, args: [] };
    all.push(watched);
    const start: Program["start"] = (args, options) => {
      const before = performance.now();
      const { results, done } = program.start(args, options);
      const noted = done.then(() => {
        watched.calls++;
        watched.milliseconds += performance.now() - before;
        watched.args = args;
      });
      return { results, done: noted };
    };
    const run: Program["run"] = async (args, options) => {
      const { results, done } = start(args, options);
      await done;
      return results;
    };
    return Object.assign(Object.create(program), { start, run });
  }) as Engine["compile"];
  return all;
}

/** What one operator of a program took, in a run. */
interface Timed extends Computed {
  readonly milliseconds: number;
}

const arraysOf = (args: readonly Arrays[]) =>
  args.flatMap((arg) => leavesOf(arg as Tree<NDArray>).map(([, leaf]) => leaf));

/** A fused program, call by call. A kernel that computes several results is shared among them alike. */
async function timesOfCalls(program: FusedProgram, args: readonly Arrays[]): Promise<Timed[]> {
  const nothing = { flags: new Int32Array(1), crossing: new Uint8Array(1) };
  const opened = await openFused({ program, thread: 0, ...nothing }, "cpu");
  for (const [i, { data }] of arraysOf(args).entries()) opened.inputs[i].set(data as never);
  const milliseconds = opened.steps.map(() => 0);
  for (let run = 0; run < RUNS; run++)
    for (const [i, step] of opened.steps.entries()) {
      const started = performance.now();
      await step();
      milliseconds[i] += (performance.now() - started) / RUNS;
    }
  await opened.release();
  return program.threads[0].calls.flatMap(({ computes = [] }, i) =>
    computes.map((each) => ({ ...each, milliseconds: milliseconds[i] / computes.length })),
  );
}

/** A program as one model, operator by operator; those that ONNX Runtime joins have the source of the first. */
async function timesOfNodes({ bytes, sources }: Program, args: readonly Arrays[]): Promise<Timed[]> {
  const folder = await mkdtemp(join(tmpdir(), "metamodal-profile-"));
  const session = await ort.InferenceSession.create(new Uint8Array(bytes), {
    enableProfiling: true,
    profileFilePrefix: join(folder, "run"),
    intraOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
  });
  const leaves = arraysOf(args);
  const feeds = Object.fromEntries(
    session.inputNames.map((name, i) => {
      const { dtype, shape, data } = leaves[i];
      return [name, new ort.Tensor(dtype, data.slice() as never, shape)];
    }),
  );
  for (let run = 0; run < RUNS; run++) await session.run(feeds);
  session.endProfiling();
  await session.release();
  const [file] = await readdir(folder);
  const events: { cat: string; name: string; dur: number; args?: { op_name?: string } }[] = JSON.parse(
    await readFile(join(folder, file), "utf8"),
  );
  await rm(folder, { recursive: true });
  const nodes = new Map<string, Timed>();
  for (const { cat, name, dur, args: own } of events) {
    if (cat !== "Node" || !own?.op_name) continue;
    const source = sources?.get(name.replace(/_kernel_time$/, ""));
    const before = nodes.get(name)?.milliseconds ?? 0;
    nodes.set(name, { operator: own.op_name, source, milliseconds: before + dur / 1000 / RUNS });
  }
  return [...nodes.values()];
}

const gradientsOf = ({ source }: Timed) =>
  source ? source.gradients.map((file) => `gradient in ${file}`).join(" of the ") || "values" : "unknown";

const groups: Readonly<Record<string, (timed: Timed) => string>> = {
  operator: ({ operator }) => operator,
  "what was asked for": (timed) => gradientsOf(timed),
  source: ({ source, ...rest }) =>
    source
      ? `${[source.site, source.size].join(" ").trim()}; ${gradientsOf({ source, ...rest })}`
      : "unknown",
};

/** Sums by group, the longest first; the least of many are one line. */
function linesBy(group: (timed: Timed) => string, all: readonly Timed[]): string[] {
  const sums = new Map<string, { count: number; milliseconds: number }>();
  for (const timed of all) {
    const { count, milliseconds } = sums.get(group(timed)) ?? { count: 0, milliseconds: 0 };
    sums.set(group(timed), { count: count + 1, milliseconds: milliseconds + timed.milliseconds });
  }
  const total = all.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const sorted = [...sums].toSorted(([, a], [, b]) => b.milliseconds - a.milliseconds);
  const rest = sorted.slice(MOST_LINES).reduce(
    (sum, [, { count, milliseconds }]) => ({
      count: sum.count + count,
      milliseconds: sum.milliseconds + milliseconds,
    }),
    { count: 0, milliseconds: 0 },
  );
  const shown = [...sorted.slice(0, MOST_LINES), ...(rest.count > 0 ? [["others", rest] as const] : [])];
  return shown.map(
    ([name, { count, milliseconds }]) =>
      `  ${milliseconds.toFixed(3).padStart(10)} ms  ${((100 * milliseconds) / total).toFixed(1).padStart(5)} %  ` +
      `${name} × ${count}`,
  );
}

/** Run a workload a little; what it spent its time on, as lines. */
export async function profile({ start, id }: Workload): Promise<string> {
  recordSources();
  const programs = watch(engineFor({ threads: 1 }));
  const unit = await start(1);
  for (let i = 0; i < UNITS; i++) await unit.next();
  await unit.stop?.();
  const used = programs.filter(({ calls }) => calls > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  if (used.length === 0) return `${id} runs no program in this process`;
  const [{ program, args }] = used;
  const times = program.fused ? await timesOfCalls(program.fused, args) : await timesOfNodes(program, args);
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    `${id}, ${UNITS} units on one thread: programs by the time from call to answer, waiting for the thread included`,
    ...used.map(({ program, calls, milliseconds }) => {
      const operators = Object.values(program.operators).reduce((a, b) => a + b, 0);
      const kind = program.fused ? `${program.fused.threads[0].calls.length} fused calls` : "one model";
      return `  ${(milliseconds / calls).toFixed(2).padStart(10)} ms × ${calls}: ${operators} operators, ${kind}`;
    }),
    "",
    `the first: ${total.toFixed(2)} ms a run`,
    ...Object.entries(groups).flatMap(([name, group]) => ["", `by ${name}`, ...linesBy(group, times)]),
  ].join("\n");
}
