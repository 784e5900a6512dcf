/** The compiled form of a fused program: a WebAssembly module, ONNX models, and the calls that each thread makes. */

import type { TypedArray } from "../../../base/array.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { Source } from "../../trace/source.js";
import type { Located } from "../schedule/memory.js";

/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65536;

/** A region of memory that one thread sends to another through memory that both share. */
export interface Crossing {
  /** Its position among all crossings of the program. */
  readonly index: number;
  /** Where it is in each thread's memory, in bytes. */
  readonly address: number;
  readonly bytes: number;
  /** Where it is in the shared memory, in bytes. */
  readonly at: number;
}

/** An operator that a call computes, and the learning code it comes from, if that is recorded. */
export interface Computed {
  readonly operator: string;
  readonly source: Source | undefined;
}

/** An operator that is computed in JavaScript (src/engine/operators). */
export interface Operation {
  readonly type: string;
  readonly attributes: OnnxNode["attributes"];
  readonly inputs: readonly Located[];
  readonly outputs: readonly Located[];
}

/**
 * One call: of a function of the module, of a model with its inputs and outputs by name, of an operator in JavaScript, or a
 * transfer.
 */
export type Call = { readonly computes?: readonly Computed[] } & (
  | { readonly run: string }
  | {
      readonly model: number;
      readonly feeds: Readonly<Record<string, Located>>;
      readonly fetches: Readonly<Record<string, Located>>;
    }
  | { readonly operation: Operation }
  | { readonly send: Crossing }
  | { readonly receive: Crossing }
);

/** What one thread does. */
export interface ThreadCalls {
  /** Calls that depend on constants alone, made once when the program is opened. */
  readonly once: readonly Call[];
  /** Calls of every run. */
  readonly calls: readonly Call[];
  /** The program's outputs; null if another thread has them. */
  readonly outputs: readonly (Located | null)[];
}

export interface FusedProgram {
  /** Size of each thread's memory in pages. */
  readonly pages: number;
  readonly module: Uint8Array;
  readonly models: readonly Uint8Array[];
  readonly constants: readonly { readonly at: Located; readonly data: TypedArray | BigInt64Array }[];
  readonly inputs: readonly Located[];
  readonly threads: readonly ThreadCalls[];
  /** Number of crossings, and the bytes they take in shared memory. */
  readonly crossings: { readonly count: number; readonly bytes: number };
  /** Number of kernels (`Kernel`) and of ONNX operators by type. */
  readonly operators: Readonly<Record<string, number>>;
  /** Multiplications and additions of its matrix products and convolutions. */
  readonly flops: number;
}
