/** Products of rows by panels and blocks equal sums of products, whatever is computed together. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { gramOf, productsOf } from "./products.js";

function rowsOf(n: number, width: number): Float32Array[] {
  const { normal } = random(1, "products", n, width);
  return Array.from({ length: n }, () => Float32Array.from({ length: width }, normal));
}

/** The sum over even positions plus that over odd ones. */
function product(x: Float32Array, y: Float32Array): number {
  const sums = [0, 0];
  for (let k = 0; k < x.length; k++) sums[k % 2] += x[k] * y[k];
  return sums[0] + sums[1];
}

it.each([
  [1, 1, 1],
  [3, 5, 7],
  [2, 300, 130],
  [301, 33, 513],
  [5, 3, 20_001],
])("%i rows with %i others of %i numbers, to the bit", (n, m, width) => {
  const [a, b] = [rowsOf(n, width), rowsOf(m, width)];
  const flat = Float64Array.from(b.flatMap((row) => [...row]));
  const products = productsOf(a, n, flat, m, width);
  const gram = gramOf(flat, m, width);
  for (const i of [0, n >> 1, n - 1])
    for (const j of [0, m >> 1, m - 1]) expect(products[i * m + j]).toBe(product(a[i], b[j]));
  for (const i of [0, m >> 1, m - 1])
    for (const j of [0, m >> 2, m - 1]) expect(gram[i * m + j]).toBe(j <= i ? product(b[i], b[j]) : 0);
});
