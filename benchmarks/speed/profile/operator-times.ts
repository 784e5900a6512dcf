/** Run time of the operators of a program, with the source of their equations. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { type Arrays, leavesOf, type NDArray, type Tree } from "../../../src/base/array.js";
import type { Computed, FusedProgram } from "../../../src/engine/fuse/codegen/fused-program.js";
import type { Program } from "../../../src/engine/index.js";
import { openFused } from "../../../src/engine/run/fused.mjs";
import { openFusedModel } from "../../../src/engine/run/worker-fused.mjs";

/** An operator with its milliseconds per run of the program. */
export interface OperatorTime extends Computed {
  readonly milliseconds: number;
}

const RUNS = 10;

/** Time the operators of a program, averaged over 10 runs with the arguments `args`. */
export const operatorTimes = (program: Program, args: readonly Arrays[]): Promise<OperatorTime[]> =>
  program.fused ? timesOfCalls(program.fused, args) : timesOfNodes(program, args);

const arraysOf = (args: readonly Arrays[]) =>
  args.flatMap((arg) => leavesOf(arg as Tree<NDArray>).map(([, leaf]) => leaf));

/** Time a fused program call by call. The time of a kernel with several results is divided equally among them. */
async function timesOfCalls(program: FusedProgram, args: readonly Arrays[]): Promise<OperatorTime[]> {
  const unshared = { flags: new Int32Array(1), crossing: new Uint8Array(1) };
  const open = (bytes: Uint8Array) => openFusedModel(bytes, "cpu");
  const opened = await openFused({ program, thread: 0, ...unshared }, open);
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

/** Time an unfused program with ONNX Runtime's profiler. Nodes that it merges have the source of the first one. */
async function timesOfNodes({ bytes, sources }: Program, args: readonly Arrays[]): Promise<OperatorTime[]> {
  const nodes = new Map<string, OperatorTime>();
  for (const { cat, name, dur, args: attributes } of await profileEvents(bytes, args)) {
    if (cat !== "Node" || !attributes?.op_name) continue;
    const source = sources?.get(name.replace(/_kernel_time$/, ""));
    const earlier = nodes.get(name)?.milliseconds ?? 0;
    nodes.set(name, { operator: attributes.op_name, source, milliseconds: earlier + dur / 1000 / RUNS });
  }
  return [...nodes.values()];
}

/** An event of ONNX Runtime's profile; `dur` is in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

async function profileEvents(bytes: Uint8Array, args: readonly Arrays[]): Promise<ProfileEvent[]> {
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
  const events = JSON.parse(await readFile(join(folder, file), "utf8")) as ProfileEvent[];
  await rm(folder, { recursive: true });
  return events;
}
