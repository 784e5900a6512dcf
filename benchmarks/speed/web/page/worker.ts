/** The benchmark's worker in a page: measures the networks in every runtime, and sends their times. */

import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { float32, type NDArray } from "../../../../src/base/array.js";
import { openNetwork } from "../../../../src/engine/network/index.js";
import { readNetwork } from "../../../../src/engine/network/read.js";
import { engineFor } from "../../../../src/engine/run/engine.web.js";
import type { Feed } from "../../../../src/engine/run/ports.js";
import { check, measure, type Run, type Subject } from "../../wasm/contender.js";
import { conv4InTensorFlow, photoInTensorFlow } from "../../wasm/in-tensorflow.js";
import { conv4, conv4Program, photo } from "../../wasm/networks.js";
import type { NetworkTimes } from "./times.js";

const fetched = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());

/** A model in onnxruntime-web, whose module finds its files beside itself. */
async function inOnnxRuntime(
  path: string,
  feeds: Readonly<Record<string, Feed>>,
  threads: number,
): Promise<Run> {
  const ort: typeof import("onnxruntime-web/wasm") = await import(`${location.origin}/ort/index.mjs`);
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(await fetched(path), { executionProviders: ["wasm"] });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      new ort.Tensor("float32", Float32Array.from(data as Float32Array), shape),
    ]),
  );
  return async () => Object.values(await session.run(tensors))[0].data as Float32Array;
}

/** Images at a time, as the library embeds them: threads take batches. */
const BATCH = 16;

function batchOf({ data, shape }: NDArray, i: number): NDArray {
  const length = (BATCH * data.length) / shape[0];
  return float32(data.subarray(i * length, (i + 1) * length), [BATCH, ...shape.slice(1)]);
}

function concatenated(arrays: readonly NDArray[]): Float32Array {
  const { length } = arrays[0].data;
  const all = new Float32Array(arrays.length * length);
  for (const [i, { data }] of arrays.entries()) all.set(data, i * length);
  return all;
}

async function conv4Subject(threads: number): Promise<Subject> {
  const { name, images, weights, feeds } = conv4;
  const own = conv4Program(engineFor(), BATCH);
  const batches = Array.from({ length: images.shape[0] / BATCH }, (_, i) => batchOf(images, i));
  return {
    name,
    runs: {
      own: async () => concatenated(await Promise.all(batches.map((batch) => own.run([batch])))),
      "onnxruntime-web": await inOnnxRuntime("/conv4.onnx", feeds, threads),
      "TensorFlow.js wasm": conv4InTensorFlow(tf, images, weights),
    },
  };
}

async function photoSubject(threads: number): Promise<Subject> {
  const { name, file, pixels, feeds } = photo;
  const bytes = await fetched(`/${file}`);
  const network = await openNetwork(bytes);
  return {
    name,
    runs: {
      own: async () => (await network.run(feeds)).embedding.data,
      "onnxruntime-web": await inOnnxRuntime("/photo.onnx", feeds, threads),
      "TensorFlow.js wasm": photoInTensorFlow(tf, readNetwork(bytes), pixels),
    },
  };
}

async function timesOf({ threads, rounds }: { threads: number; rounds: number }): Promise<NetworkTimes[]> {
  setWasmPaths("/tf/");
  setThreadsCount(threads);
  await tf.setBackend("wasm");
  const found: NetworkTimes[] = [];
  for (const subject of [await conv4Subject(threads), await photoSubject(threads)]) {
    await check(subject);
    found.push({ name: subject.name, times: Object.fromEntries(await measure(subject, rounds)) });
  }
  return found;
}

// By its URL: a message may arrive before the modules that this one awaits.
const { searchParams } = new URL(location.href);
timesOf({ threads: Number(searchParams.get("threads")), rounds: Number(searchParams.get("rounds")) }).then(
  (times) => postMessage({ times }),
  (error: Error) => postMessage({ error: error.stack ?? error.message }),
);
