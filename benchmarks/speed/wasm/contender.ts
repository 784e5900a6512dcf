/** What computes a subject: the executor in WebAssembly, and what it is compared with, each on one thread. */

import { createRequire } from "node:module";
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web/wasm";
import type { Feed } from "../../../src/engine/run/ports.js";
import { median } from "../timing.js";

web.env.wasm.numThreads = 1;

/** Computes a subject once, and resolves with its values. */
export type Run = () => Promise<Float32Array>;

/** The names of contenders, the executor first. */
export const contenders = ["own", "onnxruntime-web", "TensorFlow.js wasm", "onnxruntime-node"] as const;
type Contender = (typeof contenders)[number];

/** Something to compute. */
export interface Subject {
  readonly name: string;
  readonly runs: Readonly<Partial<Record<Contender, Run>>>;
}

/** A model in onnxruntime-web and in onnxruntime-node. */
export async function inOnnxRuntime(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Pick<Subject["runs"], "onnxruntime-web" | "onnxruntime-node">> {
  const own = (data: Feed["data"]) => Float32Array.from(data as Float32Array);
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const [inPage, inNode] = [
    await web.InferenceSession.create(bytes, { executionProviders: ["wasm"] }),
    await native.InferenceSession.create(bytes, options),
  ];
  const tensors = <T>(make: (data: Float32Array, shape: readonly number[]) => T) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, { data, shape }]) => [name, make(own(data), shape)]),
    );
  const webFeeds = tensors((data, shape) => new web.Tensor("float32", data, shape));
  const nodeFeeds = tensors((data, shape) => new native.Tensor("float32", data, shape));
  const first = (results: Record<string, { readonly data: unknown }>) =>
    Object.values(results)[0].data as Float32Array;
  return {
    "onnxruntime-web": async () => first(await inPage.run(webFeeds)),
    "onnxruntime-node": async () => first(await inNode.run(nodeFeeds)),
  };
}

/** Milliseconds of each contender by round: they take turns, so that all meet the same load of the machine. */
export async function measure({ runs }: Subject, rounds: number): Promise<ReadonlyMap<Contender, number[]>> {
  const times = new Map<Contender, number[]>();
  const repeats = new Map<Contender, number>();
  for (const [name, run] of Object.entries(runs) as [Contender, Run][]) {
    const started = performance.now();
    for (let i = 0; i < WARM_UP_RUNS; i++) await run();
    repeats.set(name, Math.max(1, Math.round((BLOCK_MS * WARM_UP_RUNS) / (performance.now() - started))));
    times.set(name, []);
  }
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(runs) as [Contender, Run][]) {
      const count = repeats.get(name)!;
      const started = performance.now();
      for (let i = 0; i < count; i++) await run();
      times.get(name)!.push((performance.now() - started) / count);
    }
  return times;
}

const WARM_UP_RUNS = 5;
/** Milliseconds of one contender's turn, at least one run. */
const BLOCK_MS = 20;

/** Median over rounds of another's time divided by the executor's. */
export const ratio = (own: readonly number[], other: readonly number[]): number =>
  median(own.map((time, round) => other[round] / time));

/** TensorFlow.js on its WebAssembly backend. */
export async function tensorFlow(): Promise<typeof import("@tensorflow/tfjs-core")> {
  const tf = await import("@tensorflow/tfjs-core");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${entry.slice(0, entry.lastIndexOf("/dist/"))}/dist/`);
  await tf.setBackend("wasm");
  return tf;
}
