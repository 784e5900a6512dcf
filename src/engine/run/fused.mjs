/**
 * Runs one thread's share of a fused program: WebAssembly kernels take turns with ONNX models, or with operators in
 * JavaScript, over one WebAssembly memory, so nothing is copied between them. Needs nothing of Node: `openModel` opens an
 * ONNX model where there is ONNX Runtime.
 */

import { operators } from "../operators/index.mjs";
import { Crossings } from "./crossings.mjs";

/** @typedef {import("../fuse/schedule/memory.js").Located} Located */
/** @typedef {import("../fuse/codegen/fused-program.js").Call} Call */
/** @typedef {import("../fuse/codegen/fused-program.js").Operation} Operation */
/** @typedef {import("../operators/types.js").Operand["data"]} Data */
/** @typedef {Extract<import("./messages.js").ProgramSource, { kind: "fused" }>} FusedSource */
/** @typedef {Readonly<Record<string, Located & { data: Data }>>} Tensors */
/**
 * An open ONNX model: `prepare` gives the call that reads and writes these arrays.
 * @typedef {{ prepare(feeds: Tensors, fetches: Tensors): () => unknown, release(): Promise<void> }} OpenedModel
 */

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array };

/**
 * Open a fused program: instantiate its module, open its models, make the calls that depend on constants alone.
 *
 * @param {Omit<FusedSource, "kind">} source
 * @param {(bytes: Uint8Array) => Promise<OpenedModel>} openModel
 */
export async function openFused({ program, thread, flags, crossing }, openModel) {
  const { pages, module, constants } = program;
  const { once, calls, outputs } = program.threads[thread];
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = await instance(module, memory);
  const view = viewsOf(memory);
  for (const { at, data } of constants) view(at).set(/** @type {never} */ (data));
  const models = await Promise.all(program.models.map(openModel));
  const crossings = new Crossings(memory, flags, crossing);
  const tensors = (/** @type {Readonly<Record<string, Located>>} */ all) =>
    Object.fromEntries(Object.entries(all).map(([name, at]) => [name, { ...at, data: view(at) }]));
  /** @returns {() => unknown} */
  const prepare = (/** @type {Call} */ call) => {
    if ("run" in call) return /** @type {() => void} */ (exports[call.run]);
    if ("model" in call) return models[call.model].prepare(tensors(call.feeds), tensors(call.fetches));
    if ("operation" in call) return operationCall(call.operation, view);
    return "send" in call ? crossings.sender(call.send) : crossings.receiver(call.receive);
  };
  for (const call of once) await prepare(call)();
  const steps = calls.map(prepare);
  const [from, to] = [program.inputs.map(view), outputs.map((at) => at && view(at))];
  return {
    inputs: from,
    outputs: to,
    /** Copy the array of an argument, or part of it from its entry `start` on, to where the program reads it. */
    write: (/** @type {number} */ i, /** @type {Data} */ data, start = 0) => {
      const part = data.subarray(start, start + from[i].length);
      from[i].set(
        /** @type {never} */ (part instanceof BigInt64Array ? Int32Array.from(part, Number) : part),
      );
    },
    /** Copy a result into an array, from its entry `start` on. */
    read: (/** @type {number} */ i, /** @type {Data} */ data, start = 0) =>
      data.set(/** @type {never} */ (to[i]), start),
    steps,
    run: async (/** @type {number} */ run) => {
      crossings.run = run;
      try {
        for (const step of steps) {
          // Only models are asynchronous: awaiting every call would cost more than a small kernel.
          const pending = step();
          if (pending) await pending;
        }
      } catch (error) {
        crossings.fail();
        throw error;
      }
    },
    release: async () => {
      for (const model of models) await model.release();
    },
  };
}

/** An instance of a module over a memory. The bytes are copied, since a module is not compiled from shared memory. */
async function instance(/** @type {Uint8Array} */ module, /** @type {WebAssembly.Memory} */ memory) {
  const compiled = await WebAssembly.compile(new Uint8Array(module));
  return new WebAssembly.Instance(compiled, { env: { memory } });
}

/** Typed arrays over a memory. @param {WebAssembly.Memory} memory */
const viewsOf =
  (memory) =>
  (/** @type {Located} */ { address, dtype, shape }) =>
    new arrays[dtype](
      memory.buffer,
      address,
      shape.reduce((a, b) => a * b, 1),
    );

/**
 * The call of an operator in JavaScript.
 *
 * @param {Operation} operation
 * @param {ReturnType<typeof viewsOf>} view
 */
function operationCall({ type, attributes, inputs, outputs }, view) {
  const operands = (/** @type {readonly Located[]} */ all) => all.map((at) => ({ ...at, data: view(at) }));
  const [from, to] = [operands(inputs), operands(outputs)];
  const operator = operators[type];
  if (!operator) throw new Error(`internal: operator ${type} has no form in JavaScript`);
  return () => operator(from, to, attributes);
}
