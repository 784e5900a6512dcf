/** Data movement: transpose, reshape, broadcast, slice, pad, flip, concatenate, with as few operators as possible. */

import { sizeOf } from "../../base/array.js";
import { type Emitter, ones, type Product, range, type Shape, same, uniform, type Value } from "./values.js";

/** Permute axes. Two transposes in a row become one or none; one that only moves axes of size 1 becomes a reshape. */
export function transpose(e: Emitter, value: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => value.shape[axis]);
  const stored = perm.map((axis) => value.stored[axis]);
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  const moved = perm.filter((axis) => value.stored[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || moved[i - 1] < axis)) return e.restore(value, stored, shape);
  const before = e.graph.producer(value.name!, "Transpose");
  if (before) {
    const first = before.attributes.perm as readonly number[];
    const both = perm.map((axis) => first[axis]);
    const source = before.inputs[0];
    const name = both.every((axis, i) => axis === i)
      ? source
      : e.graph.op("Transpose", [source], { perm: both });
    return { dtype: value.dtype, shape, stored, name };
  }
  return e.op("Transpose", [value.name!], { dtype: value.dtype, shape }, { perm }, stored);
}

/** Move an axis to another position. */
export function moveAxis(e: Emitter, value: Value, from: number, to: number): Value {
  const perm = range(value.shape.length).filter((axis) => axis !== from);
  perm.splice(to, 0, from);
  return transpose(e, value, perm);
}

/**
 * Reshape. Old and new axes are paired in groups with the same entries. A group that is stored in full or broadcast stays
 * so; only mixed groups are expanded.
 */
export function reshape(e: Emitter, value: Value, shape: Shape): Value {
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  const stored: number[] = [];
  const expand: number[] = [];
  for (const [olds, news] of axisGroups(value.shape, shape)) {
    const [full, single] = [
      same(pick(value.shape, olds), pick(value.stored, olds)),
      olds.every((a) => value.stored[a] === 1),
    ];
    if (single && !full) stored.push(...ones(news.length));
    else {
      if (!full) expand.push(...olds);
      stored.push(...pick(shape, news));
    }
  }
  const restored = e.restore(expand.length ? e.full(value, axesKept(value, expand)) : value, stored, shape);
  return { ...restored, product: expand.length ? undefined : productOf(value, shape) };
}

/** The `product` of a value after a reshape that only adds or removes axes of size 1; undefined after any other. */
function productOf({ shape: old, product }: Value, shape: Shape): Product | undefined {
  const real = (sizes: Shape) => range(sizes.length).filter((axis) => sizes[axis] !== 1);
  const [before, after] = [real(old), real(shape)];
  if (!product || !same(pick(old, before), pick(shape, after))) return undefined;
  const axes = range(shape.length).map((axis) => {
    const place = after.indexOf(axis);
    return place < 0 ? undefined : product.axes[before[place]];
  });
  return { ...product, axes };
}

const pick = (shape: Shape, axes: readonly number[]) => axes.map((axis) => shape[axis]);
const axesKept = (value: Value, expand: readonly number[]) =>
  range(value.shape.length).filter(
    (axis) => expand.includes(axis) || value.stored[axis] === value.shape[axis],
  );

/** Pair runs of axes of two shapes with the same number of entries each. */
function axisGroups(from: Shape, to: Shape): [from: number[], to: number[]][] {
  const groups: [number[], number[]][] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const group: [number[], number[]] = [[], []];
    let [a, b] = [1, 1];
    do {
      if (i < from.length && (a <= b || j === to.length)) {
        a *= from[i];
        group[0].push(i++);
      } else {
        b *= to[j];
        group[1].push(j++);
      }
    } while (
      (a !== b || group[0].length === 0 || group[1].length === 0) &&
      (i < from.length || j < to.length)
    );
    groups.push(group);
  }
  return groups;
}

/** Insert the axes `added` and broadcast axes of size 1, to `shape`. */
export function broadcastTo(e: Emitter, value: Value, shape: Shape, added: readonly number[]): Value {
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  let axis = 0;
  const stored = shape.map((_, i) => (added.includes(i) ? 1 : value.stored[axis++]));
  return e.restore(value, stored, shape);
}

/** Add leading axes of size 1, up to `rank` axes. */
export function withRank(e: Emitter, value: Value, rank: number): Value {
  const missing = rank - value.shape.length;
  if (missing <= 0) return value;
  return e.restore(value, [...ones(missing), ...value.stored], [...ones(missing), ...value.shape]);
}

/** The entries `[start, end)` of each axis. */
export function slice(e: Emitter, value: Value, bounds: readonly (readonly [number, number])[]): Value {
  const shape = bounds.map(([start, end]) => end - start);
  if (value.uniform !== undefined) return uniform(value.uniform, value.dtype, shape);
  const cut = range(shape.length).filter(
    (axis) => value.stored[axis] !== 1 && shape[axis] !== value.shape[axis],
  );
  const stored = value.stored.map((size, axis) =>
    cut.includes(axis) ? shape[axis] : Math.min(size, shape[axis]),
  );
  if (sizeOf(shape) === 0) return e.full(uniform(0, value.dtype, shape));
  if (cut.length === 0) return { ...value, shape };
  const ints = (k: 0 | 1) => e.graph.ints(cut.map((axis) => bounds[axis][k]));
  const inputs = [value.name!, ints(0), ints(1), e.graph.ints(cut)];
  return e.op("Slice", inputs, { dtype: value.dtype, shape }, {}, stored);
}

/** Pad each axis with zeros before and after. */
export function pad(e: Emitter, value: Value, width: readonly (readonly [number, number])[]): Value {
  const shape = value.shape.map((size, axis) => size + width[axis][0] + width[axis][1]);
  if (value.uniform === 0) return uniform(0, value.dtype, shape);
  const padded = range(shape.length).filter((axis) => width[axis][0] + width[axis][1] > 0);
  if (padded.length === 0) return value;
  const whole = e.full(value, padded);
  const stored = whole.stored.map((size, axis) => (padded.includes(axis) ? shape[axis] : size));
  // ONNX Runtime's optimiser misreads the operand `axes` when it moves a Transpose across: give the widths of all axes.
  const widths = (side: 0 | 1) => stored.map((_, axis) => (padded.includes(axis) ? width[axis][side] : 0));
  const pads = e.graph.ints([...widths(0), ...widths(1)]);
  return e.op(
    "Pad",
    [e.name(whole), pads, e.name(uniform(0, value.dtype, []))],
    { dtype: value.dtype, shape },
    {},
    stored,
  );
}

/** Reverse the order along `axes`. */
export function flip(e: Emitter, value: Value, axes: readonly number[]): Value {
  const flipped = axes.filter((axis) => value.stored[axis] !== 1);
  if (flipped.length === 0) return value;
  const all = (n: number) => e.graph.ints(flipped.map(() => n));
  const inputs = [value.name!, all(-1), all(-(2 ** 31)), e.graph.ints(flipped), all(-1)];
  return e.op("Slice", inputs, value, {}, value.stored);
}

/** Concatenate along `axis`. Other axes stay broadcast if they are in every part. */
export function concatenate(e: Emitter, parts: readonly Value[], axis: number): Value {
  const shape = parts[0].shape.map((size, i) =>
    i === axis ? parts.reduce((n, p) => n + p.shape[i], 0) : size,
  );
  const { dtype } = parts[0];
  const number = parts[0].uniform;
  if (number !== undefined && parts.every((part) => part.uniform === number))
    return uniform(number, dtype, shape);
  const stored = shape.map((size, i) =>
    i !== axis && parts.every((part) => part.stored[i] === 1) ? 1 : size,
  );
  const kept = range(shape.length).filter((i) => i === axis || stored[i] === shape[i]);
  const names = parts.filter((part) => part.shape[axis] > 0).map((part) => e.name(e.full(part, kept)));
  return e.op("Concat", names, { dtype, shape }, { axis }, stored);
}

/** Dilate the last axes: insert `factor - 1` zeros between adjacent entries. */
export function dilate(e: Emitter, value: Value, factors: readonly number[]): Value {
  const first = value.shape.length - factors.length;
  return factors.reduce((v, factor, i) => {
    if (factor === 1) return v;
    const axis = first + i;
    const size = v.shape[axis];
    const split = reshape(e, v, [...v.shape.slice(0, axis + 1), 1, ...v.shape.slice(axis + 1)]);
    const width = split.shape.map((_, k): [number, number] => [0, k === axis + 1 ? factor - 1 : 0]);
    const joined = reshape(
      e,
      pad(e, split, width),
      v.shape.map((d, k) => (k === axis ? d * factor : d)),
    );
    return slice(
      e,
      joined,
      joined.shape.map((d, k): [number, number] => [0, k === axis ? (size - 1) * factor + 1 : d]),
    );
  }, value);
}
