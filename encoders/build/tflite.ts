/**
 * Reads the first graph of a TensorFlow Lite file: its tensors and, of its operators, those of MobileNet.
 *
 * Field numbers are those of tensorflow/lite/schema/schema.fbs, version 3.
 */

import { Table } from "./flatbuffers.js";

/** A tensor; `data` is that of a constant, in the byte order of the file. */
export interface LiteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: "float32" | "float16" | "other";
  readonly data: Uint8Array;
}

export type Activation = "none" | "relu" | "relu6";

/** Attributes of a convolution, which keeps its size at stride 1 with padding `same`. */
export interface Window {
  readonly padding: "same" | "valid";
  /** `[vertical, horizontal]`. */
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** An operator; inputs and outputs are indices of tensors, −1 for an absent one. */
export type LiteOperator = { readonly inputs: readonly number[]; readonly outputs: readonly number[] } & (
  | { readonly type: "conv" | "depthwise"; readonly activation: Activation; readonly window: Window }
  | { readonly type: "add"; readonly activation: Activation }
  | { readonly type: "relu6" | "dequantize" }
  | { readonly type: "unsupported"; readonly code: number }
);

export interface LiteGraph {
  readonly tensors: readonly LiteTensor[];
  /** In execution order. */
  readonly operators: readonly LiteOperator[];
  readonly inputs: readonly number[];
}

const VERSION = 3;
const tensorTypes = ["float32", "float16"] as const;
/** Types of operators by `BuiltinOperator`. */
const operatorTypes = new Map<number, "add" | "conv" | "depthwise" | "dequantize" | "relu6">([
  [0, "add"],
  [3, "conv"],
  [4, "depthwise"],
  [6, "dequantize"],
  [21, "relu6"],
]);
/** `ActivationFunctionType`. */
const activations = new Map<number, Activation>([
  [0, "none"],
  [1, "relu"],
  [3, "relu6"],
]);

/** Read a TensorFlow Lite file. @throws {Error} for another format, version or activation */
export function readTflite(bytes: Uint8Array): LiteGraph {
  if (new TextDecoder().decode(bytes.subarray(4, 8)) !== "TFL3")
    throw new Error("not a TensorFlow Lite file: it has no identifier TFL3");
  const model = Table.root(bytes);
  if (model.int32(0) !== VERSION) throw new Error(`the schema version is ${model.int32(0)}, not ${VERSION}`);
  // Codes below 127 stand in the first field, larger ones in the last.
  const codes = model.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
  const buffers = model.tables(4).map((buffer) => buffer.data(0));
  const [graph] = model.tables(2);
  return {
    tensors: graph.tables(0).map((tensor) => ({
      name: tensor.string(3),
      shape: tensor.ints(0),
      type: tensorTypes[tensor.int8(1)] ?? "other",
      data: buffers[tensor.int32(2)],
    })),
    operators: graph.tables(3).map((operator) => readOperator(operator, codes[operator.int32(0)])),
    inputs: graph.ints(1),
  };
}

function readOperator(operator: Table, code: number): LiteOperator {
  const ends = { inputs: operator.ints(1), outputs: operator.ints(2) };
  const type = operatorTypes.get(code);
  const options = operator.table(4);
  if (type === undefined) return { type: "unsupported", code, ...ends };
  if (type === "dequantize" || type === "relu6") return { type, ...ends };
  if (type === "add") return { type, activation: activationOf(options?.int8(0)), ...ends };
  // The options of a depthwise convolution have its multiplier before the activation.
  const first = type === "conv" ? 3 : 4;
  return {
    type,
    activation: activationOf(options?.int8(first)),
    window: {
      padding: options?.int8(0) === 1 ? "valid" : "same",
      strides: [options?.int32(2) ?? 1, options?.int32(1) ?? 1],
      dilations: [options?.int32(first + 2, 1) ?? 1, options?.int32(first + 1, 1) ?? 1],
    },
    ...ends,
  };
}

function activationOf(code = 0): Activation {
  const activation = activations.get(code);
  if (activation === undefined) throw new Error(`activation ${code} is not supported`);
  return activation;
}
