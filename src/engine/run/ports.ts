/** Inputs and outputs of ONNX files. A file of its own, so that public types that name them reach no engine internals. */

/** An input or output: element type, and the size of each axis or the name of a free one. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** The value of an input in a run. */
export interface Feed {
  readonly type: "float32" | "int64" | "uint8";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

/** The value of an output of a run. */
export interface ForeignResult {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
