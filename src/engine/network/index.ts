/**
 * Runs networks from ONNX files, those of the built-in encoders, in WebAssembly alone: in Node and in pages, on the thread
 * that calls. Nothing here needs Node or ONNX Runtime.
 */

import { fuse } from "../fuse/index.js";
import { TensorTable } from "../lower/tensors.js";
import { openFused } from "../run/fused.mjs";
import type { Feed, ForeignResult } from "../run/ports.js";
import { importNetwork } from "./import.js";
import { type NetworkFile, type NetworkPort, readNetwork } from "./read.js";
import { networkRules } from "./rules.js";

export type { NetworkPort } from "./read.js";

/** An open network. */
export interface Network {
  readonly inputs: readonly NetworkPort[];
  readonly outputs: readonly NetworkPort[];
  /**
   * Run once. Feeds are by name; the sizes of free axes are those of the feeds. An example of a batch has the same outputs in
   * any batch, to the byte. Runs are executed one after another.
   *
   * @throws {Error} if a feed is missing or has another shape or element type
   */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, ForeignResult>>>;
}

/** Programs for different shapes that stay open. */
const MAX_OPEN = 4;
/** The name of the free axis along which examples are independent. */
const BATCH = "batch";

/**
 * Open the network of an ONNX file.
 *
 * @throws {Error} if the bytes are no ONNX model, or it has an operator that WebAssembly does not have
 */
export async function openNetwork(bytes: Uint8Array): Promise<Network> {
  const file = readNetwork(bytes);
  const programs = new Map<string, Promise<OpenProgram>>();
  let last: Promise<unknown> = Promise.resolve();
  const program = (shapes: ReadonlyMap<string, readonly number[]>) => {
    const key = JSON.stringify([...shapes]);
    const known = programs.get(key) ?? openProgram(file, shapes);
    programs.delete(key);
    programs.set(key, known);
    // Without memory now, it may open later.
    known.catch(() => programs.delete(key));
    for (const oldest of programs.keys()) if (programs.size > MAX_OPEN) programs.delete(oldest);
    return known;
  };
  const fixed = fixedShapes(file);
  // Not awaited: what fails now fails at the first run.
  if (fixed) void program(fixed);
  return {
    inputs: file.inputs,
    outputs: file.outputs,
    run: (feeds) => {
      const done = last.then(() => runBatch(file, program, feeds));
      last = done.catch(() => {});
      return done;
    },
  };
}

/** The operators of an ONNX file that WebAssembly does not have. @throws {Error} as {@link openNetwork} for other bytes */
export function lackingOperators(bytes: Uint8Array): string[] {
  const types = new Set(readNetwork(bytes).nodes.map(({ type }) => type));
  return [...types].filter((type) => !Object.hasOwn(networkRules, type));
}

/** The shapes of the inputs for one example; undefined if another axis than that of the batch is free. */
function fixedShapes({ inputs }: NetworkFile): ReadonlyMap<string, readonly number[]> | undefined {
  const shapes = new Map<string, readonly number[]>();
  for (const { name, shape } of inputs) {
    const sizes = shape.map((size, axis) => (axis === 0 && size === BATCH ? 1 : size));
    if (!sizes.every((size) => typeof size === "number")) return undefined;
    shapes.set(name, sizes);
  }
  return shapes;
}

type OpenProgram = Awaited<ReturnType<typeof openProgram>>;

async function openProgram(file: NetworkFile, shapes: ReadonlyMap<string, readonly number[]>) {
  const graph = importNetwork(file, shapes);
  const fused = fuse(graph, new TensorTable(graph), 1, "wasm");
  const source = { program: fused, thread: 0, flags: new Int32Array(1), crossing: new Uint8Array(0) };
  const opened = await openFused(source, () => {
    throw new Error("internal: a network has an ONNX model");
  });
  return { opened, shapes: graph.outputs.map(({ shape }) => shape) };
}

/** Run the examples of a batch one by one. */
async function runBatch(
  { inputs, outputs }: NetworkFile,
  program: (shapes: ReadonlyMap<string, readonly number[]>) => Promise<OpenProgram>,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Record<string, ForeignResult>> {
  for (const input of inputs) checkFeed(input, feeds[input.name]);
  const isBatched = inputs.every(({ shape }) => shape[0] === BATCH);
  const count = isBatched ? feeds[inputs[0].name].shape[0] : 1;
  const shapes = new Map(
    inputs.map(({ name }) => {
      const { shape } = feeds[name];
      return [name, isBatched ? [1, ...shape.slice(1)] : shape] as const;
    }),
  );
  const { opened, shapes: resultShapes } = await program(shapes);
  const results = resultShapes.map((shape) => ({
    shape: isBatched ? [count, ...shape.slice(1)] : shape,
    data: new Float32Array(count * shape.reduce((a, b) => a * b, 1)),
  }));
  for (let example = 0; example < count; example++) {
    for (const [i, { name }] of inputs.entries())
      opened.write(i, feeds[name].data, example * opened.inputs[i].length);
    await opened.run(0);
    for (const [i, { data }] of results.entries()) opened.read(i, data, (example * data.length) / count);
  }
  return Object.fromEntries(outputs.map(({ name }, i) => [name, results[i]]));
}

/** @throws {Error} if a feed does not fit an input */
function checkFeed({ name, dtype, shape }: NetworkPort, feed: Feed | undefined): void {
  if (!feed) throw new Error(`the input ${name} is missing`);
  const fits =
    feed.type === dtype &&
    feed.shape.length === shape.length &&
    shape.every((size, axis) => typeof size === "string" || size === feed.shape[axis]) &&
    feed.data.length === feed.shape.reduce((a, b) => a * b, 1);
  if (!fits) throw new Error(`the input ${name} is ${feed.type}[${feed.shape}], not ${dtype}[${shape}]`);
}
