/** Sparse rows give the inner products of dense ones. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { matrixOf, supportRows } from "./support-rows.js";

/** `n` vectors of 60 numbers, of which a share is not 0. */
function vectorsOf(n: number, share: number): Float32Array[] {
  const { normal, uniform } = random(1, "rows", n);
  return Array.from({ length: n }, () =>
    Float32Array.from({ length: 60 }, () => (uniform() < share ? normal() : 0)),
  );
}

const inner = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0);

it.each([
  ["sparse", 0.05, 1],
  ["sparse", 0.05, 10],
  ["dense", 0.9, 1],
  ["dense", 0.9, 3],
  ["dense", 0.9, 10],
] as const)("%s rows, %d of them not 0, %i rows", (form, share, n) => {
  const vectors = vectorsOf(n, share);
  const rows = supportRows(vectors);
  expect(rows.matrix).toEqual(form === "dense" ? matrixOf(vectors) : undefined);
  const gram = rows.gram();
  expect(gram).toHaveLength(n * n);
  const [other] = vectorsOf(11, 0.5);
  const products = rows.products(other);
  const [another, same] = [...vectorsOf(12, 0.5), Float32Array.from(other)].slice(-2);
  rows.prepare([another, same]);
  expect(rows.products(same)).toEqual(products);
  for (const [i, vector] of vectors.entries()) {
    expect(products[i]).toBeCloseTo(inner(vector, other), 6);
    for (let j = 0; j <= i; j++) expect(gram[i * n + j]).toBeCloseTo(inner(vector, vectors[j]), 6);
  }
});
