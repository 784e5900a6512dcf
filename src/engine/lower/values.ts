/**
 * Values during lowering, with lazy broadcasting and constant folding.
 *
 * An axis along which all entries are equal is stored with size 1 and left to ONNX's own broadcasting; `full` expands it
 * only if an operator cannot broadcast. An array whose entries are all one number is uniform: it is that number, and has
 * no tensor in the graph until an operator needs one.
 */

import { type NDArray, sizeOf, viewOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import type { GraphBuilder } from "./graph.js";
import { type Attributes, dataType, type GraphDType, ownData } from "./onnx.js";

export type Shape = readonly number[];

/** An array of `shape` that is a tensor of shape `stored` in the graph, where each axis has its size or 1. */
export interface Value {
  readonly dtype: GraphDType;
  readonly shape: Shape;
  readonly stored: Shape;
  /** The tensor's name in the graph; absent for a uniform value. */
  readonly name?: string;
  /** The number that every entry equals. */
  readonly uniform?: number;
  /** The operands of the matrix product that it is, if nothing else reads it. */
  readonly product?: Product;
}

/** Σ_k x[…, k] · y[…, k] of values of one rank. `axes` are the operands' axes of each axis of the product, if it has one. */
export interface Product {
  readonly x: Value;
  readonly y: Value;
  readonly axes: readonly (number | undefined)[];
}

export const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const ones = (rank: number): number[] => Array(rank).fill(1);
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The shape of arrays that are broadcast together, aligned at the last axis. */
export function broadcastShapes(...shapes: Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return range(rank).map((axis) =>
    shapes.reduce((size, s) => {
      const own = s[axis - rank + s.length] ?? 1;
      return own === 1 ? size : own;
    }, 1),
  );
}

/** Rounds a number to an element type; integers wrap around. */
const rounded: Record<GraphDType, (number: number) => number> = {
  float32: Math.fround,
  int32: (number) => number | 0,
  int64: Math.trunc,
  bool: (number) => +!!number,
};

/** A value with all entries equal to `number`. */
export function uniform(number: number, dtype: GraphDType, shape: Shape): Value {
  return { dtype, shape, stored: ones(shape.length), uniform: rounded[dtype](number) };
}

/** Which convolutions are lowered to products: none, those without strides, dilation and mapped weights, or all. */
export type Im2col = "none" | "plain" | "all";

/** Adds the operators of values to a graph. */
export class Emitter {
  /** `im2col`: which convolutions become matrix products of patches, which fused kernels write. */
  constructor(
    readonly graph: GraphBuilder,
    readonly im2col: Im2col = "none",
  ) {}

  /** The result of one operator, which is stored in full unless `stored` is given. */
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

  /** The name of the tensor of a value. A uniform value becomes a scalar, which broadcasts like any other tensor. */
  name(value: Value): string {
    if (value.name !== undefined) return value.name;
    invariant(value.uniform !== undefined, "a value has neither name nor number");
    if (value.dtype === "int64")
      return this.graph.constant("int64", [], BigInt64Array.of(BigInt(value.uniform)));
    const data = viewOf(value.dtype, new ArrayBuffer(4));
    return this.graph.constant(value.dtype, [], data.fill(value.uniform).subarray(0, 1));
  }

  /** The value with the given axes (by default all) expanded. */
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

  /** An elementwise operator, which broadcasts its operands. */
  elementwise(type: string, inputs: readonly Value[], dtype: GraphDType, attributes?: Attributes): Value {
    const shape = broadcastShapes(...inputs.map((v) => v.shape));
    const stored = broadcastShapes(...inputs.map((v) => v.stored));
    const name = this.graph.op(
      type,
      inputs.map((v) => this.name(v)),
      attributes,
    );
    // Uniform operands are scalars in the graph, so the result may have fewer axes than `stored`.
    const rank = Math.max(0, ...inputs.map((v) => (v.name === undefined ? 0 : v.stored.length)));
    return {
      dtype,
      shape,
      stored,
      name: rank < shape.length ? this.graph.op("Reshape", [name, this.graph.ints(stored)]) : name,
    };
  }

  /** The value converted to another element type. */
  cast(value: Value, dtype: GraphDType): Value {
    if (value.dtype === dtype) return value;
    if (value.uniform !== undefined) {
      const limit = 2 ** 31;
      const number = dtype === "int32" ? Math.max(-limit, Math.min(limit - 1, value.uniform)) : value.uniform;
      return uniform(number, dtype, value.shape);
    }
    return this.elementwise("Cast", [value], dtype, { to: dataType[dtype] });
  }

  /** The value with its stored tensor reshaped, as part of a reshape or transpose that needs no copy. */
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

  /** Shapes of tensors that were reshaped, so that reshaping back gives the tensor itself. */
  #storedShapes = new Map<string, Shape>();
}
