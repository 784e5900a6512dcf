/** Plain typed arrays with a shape, and trees of them: what crosses every border of the engine. */

import { invariant } from "./errors.js";

/** Element types a program takes and gives. `bool` is one byte, 0 or 1. */
export type DType = "float32" | "int32" | "bool";
export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** A dense row-major array. */
export interface NDArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** The type of an array without its values. */
export interface ArraySpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Nested plain objects and arrays with `Leaf` at the ends. */
export type Tree<Leaf> = Leaf | { readonly [key: string]: Tree<Leaf> } | readonly Tree<Leaf>[];
export type Arrays = Tree<NDArray>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Bytes an element. */
export const byteWidth: Record<DType, number> = { float32: 4, int32: 4, bool: 1 };

/** A typed view of `buffer` for elements of `dtype`: all, or `length` of them from byte `start` on. */
export function viewOf(dtype: DType, buffer: ArrayBufferLike, start = 0, length?: number): TypedArray {
  if (dtype === "float32") return new Float32Array(buffer, start, length);
  return dtype === "int32" ? new Int32Array(buffer, start, length) : new Uint8Array(buffer, start, length);
}

/** Zeros in shared memory, so that worker threads read them without a copy; a page that is not isolated has none to share. */
const newBuffer = (bytes: number): ArrayBufferLike =>
  typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);

/** An array of zeros, in shared memory if there is any. */
export function allocate({ dtype, shape }: ArraySpec): NDArray {
  return { dtype, shape, data: viewOf(dtype, newBuffer(sizeOf(shape) * byteWidth[dtype])) };
}

/** A float32 array of `shape` in shared memory, filled from `values`. */
export function float32(values: ArrayLike<number>, shape: readonly number[]): NDArray {
  invariant(values.length === sizeOf(shape), `${values.length} values for shape [${shape}]`);
  const array = allocate({ dtype: "float32", shape });
  array.data.set(values);
  return array;
}

/** An int32 array of `shape` in shared memory, filled from `values`. */
export function int32(values: ArrayLike<number>, shape: readonly number[]): NDArray {
  invariant(values.length === sizeOf(shape), `${values.length} values for shape [${shape}]`);
  const array = allocate({ dtype: "int32", shape });
  array.data.set(values);
  return array;
}

/** What a leaf of a tree has: an `NDArray`, an `ArraySpec` or a tensor. */
interface Shaped {
  readonly dtype: unknown;
  readonly shape: readonly number[];
}

function isLeaf(node: unknown): node is Shaped {
  return typeof node === "object" && node !== null && "dtype" in node && "shape" in node;
}

/** The leaves of a tree with their paths (`encoders.image.0.weight`), in insertion order. */
export function leavesOf<Leaf extends Shaped>(tree: Tree<Leaf>, path = ""): [path: string, leaf: Leaf][] {
  const leaves: [string, Leaf][] = [];
  const visit = (node: Tree<Leaf>, at: string) => {
    if (isLeaf(node)) leaves.push([at, node as Leaf]);
    else for (const key in node) visit((node as Record<string, Tree<Leaf>>)[key], at ? `${at}.${key}` : key);
  };
  visit(tree, path);
  return leaves;
}

/** `count` ranges of about one size that cover 0 to `size` − 1 in order. */
export const evenRanges = (size: number, count: number): [start: number, end: number][] =>
  Array.from({ length: count }, (_, i) => [
    Math.floor((i * size) / count),
    Math.floor(((i + 1) * size) / count),
  ]);

/** Every index into an array of this shape, in row-major order. */
export const indicesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );

/** The same tree with each leaf replaced by `fn(leaf, path)`. */
export function mapTree<Leaf extends Shaped, Out>(
  fn: (leaf: Leaf, path: string) => Out,
  tree: Tree<Leaf>,
  path = "",
): Tree<Out> {
  if (isLeaf(tree)) return fn(tree as Leaf, path) as Tree<Out>;
  const visit = (child: Tree<Leaf>, key: string | number) =>
    mapTree(fn, child, path ? `${path}.${key}` : `${key}`);
  if (Array.isArray(tree)) return tree.map(visit) as Tree<Out>;
  return Object.fromEntries(
    Object.entries(tree as Record<string, Tree<Leaf>>).map(([key, child]) => [key, visit(child, key)]),
  ) as Tree<Out>;
}

/** The same tree with each array replaced by `fn(array, path)`. */
export const mapArrays = <T extends Arrays>(fn: (array: NDArray, path: string) => NDArray, tree: T): T =>
  mapTree<NDArray, NDArray>(fn, tree) as T;

/** A copy of a tree and its arrays. */
export function copyTree<T extends Arrays>(tree: T): T {
  const copy = allocateTree(tree);
  const leaves = leavesOf<NDArray>(copy);
  for (const [i, [, { data }]] of leavesOf<NDArray>(tree).entries()) leaves[i][1].data.set(data);
  return copy as T;
}

/** Zeros for every leaf of a tree, all in one buffer, which costs less than one each. */
export function allocateTree(tree: Tree<ArraySpec>): Arrays {
  const bytesOf = ({ dtype, shape }: ArraySpec) => 4 * Math.ceil((sizeOf(shape) * byteWidth[dtype]) / 4);
  const buffer = newBuffer(leavesOf(tree).reduce((sum, [, leaf]) => sum + bytesOf(leaf), 0));
  let next = 0;
  return mapTree((leaf): NDArray => {
    const { dtype, shape } = leaf;
    const data = viewOf(dtype, buffer, next, sizeOf(shape));
    next += bytesOf(leaf);
    return { dtype, shape, data };
  }, tree) as Arrays;
}

/** Whether all values are finite. A loop, since methods of arrays in shared memory take six times as long. */
export function allFinite(data: NDArray["data"]): boolean {
  // 0 · x is NaN if and only if x is not finite.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * data[i];
  return sum === 0;
}
