/**
 * dot: Σ_k x[…, k] · y[…, k] with broadcasting of the leading axes, as one MatMul.
 *
 * A leading axis that only x stores is a row axis of the matrix product, one that only y stores a column axis, and one
 * that both store a batch axis.
 */

import { sizeOf } from "../../base/array.js";
import { multiply } from "./elementwise.js";
import { reshape, transpose, withRank } from "./movement.js";
import { reduce } from "./reduce.js";
import type { LoweringRules } from "./rules.js";
import { broadcastShapes, type Emitter, range, uniform, type Value } from "./values.js";

export function dot(e: Emitter, left: Value, right: Value): Value {
  // Booleans: any(x & y) along k, as a count that is not zero.
  if (left.dtype === "bool") return e.cast(dot(e, e.cast(left, "int32"), e.cast(right, "int32")), "bool");
  const rank = Math.max(left.shape.length, right.shape.length);
  const [x, y] = [withRank(e, left, rank), withRank(e, right, rank)];
  const last = rank - 1;
  const full = broadcastShapes(x.shape, y.shape);
  const shape = full.slice(0, last);
  if (x.uniform === 0 || y.uniform === 0) return uniform(0, x.dtype, shape);
  const stores = (v: Value, axis: number) => v.stored[axis] !== 1;
  const leading = range(last);
  const batch = leading.filter((axis) => stores(x, axis) && stores(y, axis));
  const rows = leading.filter((axis) => stores(x, axis) && !stores(y, axis));
  const columns = leading.filter((axis) => !stores(x, axis) && stores(y, axis));
  const length = full[last];
  // An operand that is broadcast along k is a factor of the sum; without rows or columns there is no matrix product.
  if (!stores(x, last) || !stores(y, last) || (rows.length === 0 && columns.length === 0)) {
    if (stores(x, last) && stores(y, last)) return reduce(e, multiply(e, x, y), "Add", [last]);
    const sum = (v: Value) => reduce(e, { ...v, shape: [...v.shape.slice(0, last), length] }, "Add", [last]);
    const squeezed = (v: Value) =>
      reshape(e, { ...v, shape: [...v.shape.slice(0, last), 1] }, v.shape.slice(0, last));
    return stores(x, last) ? multiply(e, sum(x), squeezed(y)) : multiply(e, squeezed(x), sum(y));
  }
  const sizes = (axes: readonly number[]) => axes.map((axis) => full[axis]);
  const [b, m, n] = [sizeOf(sizes(batch)), sizeOf(sizes(rows)), sizeOf(sizes(columns))];
  const lead = batch.length ? [b] : [];
  const operand = (v: Value, order: readonly number[], as: readonly number[]) => {
    const skipped = range(rank).filter((axis) => !order.includes(axis));
    const unbroadcast: Value = { ...v, shape: v.stored };
    return reshape(e, transpose(e, unbroadcast, [...order, ...skipped]), as);
  };
  const a = operand(x, [...batch, ...rows, last], [...lead, m, length]);
  const c = operand(y, [...batch, ...columns, last], [...lead, n, length]);
  const transposed = transpose(e, c, [...range(lead.length), lead.length + 1, lead.length]);
  const product = e.op("MatMul", [e.name(a), e.name(transposed)], { dtype: x.dtype, shape: [...lead, m, n] });
  const order = [...batch, ...rows, ...columns];
  const split = reshape(e, product, sizes(order));
  const stored = leading.map((axis) => (order.includes(axis) ? full[axis] : 1));
  const inOrder = transpose(
    e,
    split,
    range(order.length).sort((i, j) => order[i] - order[j]),
  );
  return { ...e.restore(inOrder, stored, shape), product: { x, y, axes: leading } };
}

export const dotRules: LoweringRules = {
  dot: (e, xs, _, [out]) => dot(e, ...(xs.map((v) => e.cast(v, out.dtype)) as [Value, Value])),
};
