/** Programs as threads open them, and what they take of a thread's memory. */

import type { TypedArray } from "../../base/array.js";
import { type FusedProgram, PAGE } from "../fuse/codegen/fused-program.js";
import type { Lowered } from "../lower/index.js";
import { encodeOnnx } from "../lower/onnx.js";
import { keyOf } from "./host.js";
import type { ProgramSource, SharedArrays } from "./messages.js";
import type { Device } from "./options.js";

/** One thread's share of a program, by a key that no other has. */
export interface Loadable {
  readonly key: string;
  readonly device: Device;
  readonly source: ProgramSource;
}

/** A program that runs on one thread as an ONNX model. */
export function modelLoadable({ graph, inputs, outputs }: Lowered, device: Device): Loadable {
  const bytes = shared(encodeOnnx(graph));
  return { key: `${keyOf(["model", bytes])} 0/1`, device, source: { kind: "model", bytes, inputs, outputs } };
}

/** Programs so far that several threads share. */
let sharedPrograms = 0;

/** A fused program: one for each of the threads that share it. */
export function fusedLoadables(program: FusedProgram, device: Device): Loadable[] {
  const { count, bytes } = program.crossings;
  const flags = new Int32Array(new SharedArrayBuffer(4 * (1 + count)));
  const crossing = new Uint8Array(new SharedArrayBuffer(Math.max(1, bytes)));
  const size = program.threads.length;
  // Threads that share a program meet in memory of its own, so it is no other's even if all else is equal.
  const digest = size > 1 ? `${digestOf(program)} ${++sharedPrograms}` : digestOf(program);
  return program.threads.map((_, thread) => ({
    key: `${digest} ${thread}/${size}`,
    device,
    source: { kind: "fused", program, thread, flags, crossing },
  }));
}

function digestOf({ module, models, constants, ...rest }: FusedProgram): string {
  return keyOf(["fused", module, ...models, ...constants.map(({ data }) => data), JSON.stringify(rest)]);
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** Arrays as they cross to a thread: a message with each array by itself costs far more. */
export function sharedArrays(inputs: readonly TypedArray[], outputs: readonly TypedArray[]): SharedArrays {
  const buffers = [...new Set([...inputs, ...outputs].map(({ buffer }) => buffer))];
  const index = new Map(buffers.map((buffer, i) => [buffer, i]));
  const places = (arrays: readonly TypedArray[]) =>
    arrays.flatMap(({ buffer, byteOffset }) => [index.get(buffer)!, byteOffset]);
  return { buffers, inputs: places(inputs), outputs: places(outputs) };
}

/** Bytes of a program's memory; those of an ONNX model are not known and count as 0. */
export const bytesOf = ({ source }: Loadable): number =>
  source.kind === "fused" ? source.program.pages * PAGE : 0;

/** How many threads may have a program open, each with a memory of its own, within `budget` bytes. */
export function threadsWithin(budget: number, members: readonly Loadable[]): number {
  return Math.max(members.length, Math.floor(budget / Math.max(1, ...members.map(bytesOf))));
}
