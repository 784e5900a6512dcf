/**
 * Where a workload's time goes: its programs by the time they take, and the costliest one's operators, as ONNX
 * Runtime's own profile of the whole program as one model on one thread tells them.
 */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { type Arrays, leavesOf, type NDArray, type Tree } from "../src/base/array.js";
import { type Engine, engineFor, type Program } from "../src/engine/index.js";
import type { Workload } from "./workloads.js";

/** A program in use, and what it was last called with. */
interface Watched {
  readonly program: Program;
  calls: number;
  milliseconds: number;
  args: readonly Arrays[];
}

const UNITS = 5;
const RUNS = 10;

/** The programs that an engine compiles from now on. */
function watch(engine: Engine): Watched[] {
  const all: Watched[] = [];
  const compile = engine.compile.bind(engine);
  engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
    const program = compile(...definition);
    const watched: Watched = { program, calls: 0, milliseconds: 0, args: [] };
    all.push(watched);
    const run: Program["run"] = async (args, options) => {
      const started = performance.now();
      const result = await program.run(args, options);
      watched.calls++;
      watched.milliseconds += performance.now() - started;
      watched.args = args;
      return result;
    };
    return Object.assign(Object.create(program), { run });
  }) as Engine["compile"];
  return all;
}

interface OperatorTime {
  readonly operator: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** Time by operator of one run, the longest first. */
async function operatorTimes({ program, args }: Watched): Promise<OperatorTime[]> {
  const folder = await mkdtemp(join(tmpdir(), "metamodal-profile-"));
  const session = await ort.InferenceSession.create(new Uint8Array(program.bytes), {
    enableProfiling: true,
    profileFilePrefix: join(folder, "run"),
    intraOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
  });
  const leaves = args.flatMap((arg) => leavesOf(arg as Tree<NDArray>).map(([, leaf]) => leaf));
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
  const events: { cat: string; dur: number; args?: { op_name?: string } }[] = JSON.parse(
    await readFile(join(folder, file), "utf8"),
  );
  await rm(folder, { recursive: true });
  const times = new Map<string, { calls: number; milliseconds: number }>();
  for (const { cat, dur, args: own } of events) {
    if (cat !== "Node" || !own?.op_name) continue;
    const { calls, milliseconds } = times.get(own.op_name) ?? { calls: 0, milliseconds: 0 };
    times.set(own.op_name, { calls: calls + 1 / RUNS, milliseconds: milliseconds + dur / 1000 / RUNS });
  }
  return [...times]
    .map(([operator, time]) => ({ operator, ...time }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}

/** Run a workload a little; what it spent its time on, as lines. */
export async function profile({ start, id }: Workload): Promise<string> {
  const programs = watch(engineFor({ threads: 1 }));
  const unit = await start(1);
  for (let i = 0; i < UNITS; i++) await unit.next();
  await unit.stop?.();
  const used = programs.filter(({ calls }) => calls > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  if (used.length === 0) return `${id} runs no program in this process`;
  const times = await operatorTimes(used[0]);
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    `${id}, ${UNITS} units on one thread: programs by the time from call to answer, waiting for the thread included`,
    ...used.map(({ program, calls, milliseconds }) => {
      const operators = Object.values(program.operators).reduce((a, b) => a + b, 0);
      const kind = program.fused ? `${program.fused.members[0].calls.length} fused calls` : "one model";
      return `  ${(milliseconds / calls).toFixed(2).padStart(10)} ms × ${calls}: ${operators} operators, ${kind}`;
    }),
    "",
    `the first, as one model: ${total.toFixed(2)} ms a run, by operator`,
    ...times.map(
      ({ operator, calls, milliseconds }) =>
        `  ${milliseconds.toFixed(3).padStart(10)} ms  ${((100 * milliseconds) / total).toFixed(1).padStart(5)} %  ` +
        `${operator} × ${Math.round(calls)}`,
    ),
  ].join("\n");
}
