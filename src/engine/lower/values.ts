/**
 * Values while lowering: arrays that are stored no larger than they must be.
 *
 * Broadcast instead of Expand: an axis along which all entries are equal is stored with size 1 and left to
 * ONNX's own broadcasting; `full` stores it out only where an operator cannot broadcast. Constant folding: an
 * array whose entries are all one number is that number, and no operator at all until something needs it.
 */

import { type NDArray, sizeOf, viewOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import type { GraphBuilder } from "./graph.js";
import { type Attributes, dataType, type GraphDType, ownData } from "./onnx.js";

export type Shape = readonly number[];

/** An array of `shape`, held in the graph as a tensor of shape `stored`: each axis has its size there, or 1. */
export interface Value {
  readonly dtype: GraphDType;
  readonly shape: Shape;
  readonly stored: Shape;
  /** The tensor's name in the graph; absent for a uniform value. */
  readonly name?: string;
  /** The number every entry equals. */
  readonly uniform?: number;
  /** What it is the product of, where nothing else needs it. */
  readonly product?: Product;
}

/** Σ_k x[…, k] · y[…, k] of values of one rank; `axes` gives each of the product's axes as theirs, or none. */
export interface Product {
  readonly x: Value;
  readonly y: Value;
  readonly axes: readonly (number | undefined)[];
}

export const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const ones = (rank: number): number[] => Array(rank).fill(1);
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Sizes of arrays joined by broadcasting, aligned at the last axis. */
export function broadcastShapes(...shapes: Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return range(rank).map((axis) =>
    shapes.reduce((size, s) => {
      const own = s[axis - rank + s.length] ?? 1;
      return own === 1 ? size : own;
    }, 1),
  );
}

/** A number as the element type holds it; integers wrap around. */
const held: Record<GraphDType, (number: number) => number> = {
  float32: Math.fround,
  int32: (number) => number | 0,
  int64: Math.trunc,
  bool: (number) => +!!number,
};

/** A value all of whose entries are `number`. */
export function uniform(number: number, dtype: GraphDType, shape: Shape): Value {
  return { dtype, shape, stored: ones(shape.length), uniform: held[dtype](number) };
}

/** Writes values into a graph. */
export class Emitter {
  /** `im2col`: lower convolutions to matrix products of patches, which fused kernels write. */
  constructor(
    readonly graph: GraphBuilder,
    readonly im2col = false,
  ) {}

  /** A value computed by one operator, stored out in full unless `stored` says otherwise. */
  op(
    type: string,
    inputs: readonly string[],
    { dtype, shape }: { dtype: GraphDType; shape: Shape },
    attributes?: Attributes,
    stored: Shape = shape,
  ): Value {
    return { dtype, shape, stored, name: this.graph.op(type, inputs, attributes) };
  }

  /** A constant array of the traced program. */
  constant(array: NDArray): Value {
    const { dtype, shape, data } = array;
    if (data.length > 0 && data.every((x: number) => Object.is(x, data[0])))
      return uniform(data[0], dtype, shape);
    return { dtype, shape, stored: shape, name: this.graph.constant(dtype, shape, ownData(array)) };
  }

  /** The tensor behind a value; a uniform value becomes a scalar, which broadcasts like any other. */
  name(value: Value): string {
    if (value.name !== undefined) return value.name;
    invariant(value.uniform !== undefined, "a value has neither name nor number");
    if (value.dtype === "int64")
      return this.graph.constant("int64", [], BigInt64Array.of(BigInt(value.uniform)));
    const data = viewOf(value.dtype, new ArrayBuffer(4));
    return this.graph.constant(value.dtype, [], data.fill(value.uniform).subarray(0, 1));
  }

  /** The value with the given axes (by default all) stored out. */
  full(value: Value, axes: readonly number[] = range(value.shape.length)): Value {
    const stored = value.stored.map((size, axis) => (axes.includes(axis) ? value.shape[axis] : size));
    if (value.uniform === undefined && same(stored, value.stored)) return value;
    const name = this.graph.op("Expand", [this.name(value), this.graph.ints(stored)]);
    return { dtype: value.dtype, shape: value.shape, stored, name };
  }

  /** The name of the tensor that stores the whole value. */
  fullName(value: Value): string {
    return this.name(this.full(value));
  }

  /** An operator that works entry by entry and broadcasts. */
  elementwise(type: string, inputs: readonly Value[], dtype: GraphDType, attributes?: Attributes): Value {
    const shape = broadcastShapes(...inputs.map((v) => v.shape));
    const stored = broadcastShapes(...inputs.map((v) => v.stored));
    const name = this.graph.op(
      type,
      inputs.map((v) => this.name(v)),
      attributes,
    );
    // A uniform operand is a scalar in the graph: give the tensor the rank that `stored` states.
    const rank = Math.max(0, ...inputs.map((v) => (v.name === undefined ? 0 : v.stored.length)));
    return {
      dtype,
      shape,
      stored,
      name: rank < shape.length ? this.graph.op("Reshape", [name, this.graph.ints(stored)]) : name,
    };
  }

  /** The value with entries of another type. */
  cast(value: Value, dtype: GraphDType): Value {
    if (value.dtype === dtype) return value;
    if (value.uniform !== undefined) {
      const limit = 2 ** 31;
      const number = dtype === "int32" ? Math.max(-limit, Math.min(limit - 1, value.uniform)) : value.uniform;
      return uniform(number, dtype, value.shape);
    }
    return this.elementwise("Cast", [value], dtype, { to: dataType[dtype] });
  }

  /** Give the stored tensor another shape with the same entries in the same order. */
  restore(value: Value, stored: Shape, shape: Shape): Value {
    if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
    invariant(sizeOf(stored) === sizeOf(value.stored), `cannot store [${value.stored}] as [${stored}]`);
    if (same(stored, value.stored)) return { dtype: value.dtype, shape, stored, name: value.name };
    const source = this.graph.producer(value.name!, "Reshape")?.inputs[0] ?? value.name!;
    const known = this.#storedShapes.get(source);
    const name =
      known && same(known, stored) ? source : this.graph.op("Reshape", [source, this.graph.ints(stored)]);
    if (source === value.name) this.#storedShapes.set(source, value.stored);
    return { dtype: value.dtype, shape, stored, name };
  }

  /** Shapes of tensors that were reshaped: reshaping back is the tensor itself. */
  #storedShapes = new Map<string, Shape>();
}
