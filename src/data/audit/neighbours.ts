/** Exact nearest neighbours by cosine similarity. */

import type { Engine } from "../../engine/index.js";
import { eachProduct } from "./products.js";

/** Rows of a tile, which is compared with one block of rows at a time. */
const tileRows = 8192;

/** Scale each row of `[rows, width]` to unit length, in place; a row of zeros is left unchanged. */
export function toUnitRows(data: Float32Array, width: number): Float32Array {
  for (let from = 0; from < data.length; from += width) {
    let squares = 0;
    for (let i = from; i < from + width; i++) squares += data[i] * data[i];
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = from; i < from + width; i++) data[i] *= scale;
  }
  return data;
}

/**
 * The nearest neighbours of each unit row of `[rows, width]`: int32 `[rows, 2, k]`, the indexes of the `k` rows of largest
 * cosine among the pairs for which `isApart` is false and among those for which it is true; −1 for none. Only positive
 * cosines count.
 */
export async function nearestOthers(
  engine: Engine,
  data: Float32Array,
  width: number,
  k: number,
  isApart: (a: number, b: number) => boolean,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const rows = data.length / width;
  const found = new Int32Array(2 * k * rows).fill(-1);
  const cosines = new Float32Array(2 * k * rows);
  const offer = (row: number, other: number, cosine: number) => {
    const first = (2 * row + (isApart(row, other) ? 1 : 0)) * k;
    let at = first + k - 1;
    if (cosine <= cosines[at]) return;
    for (; at > first && cosines[at - 1] < cosine; at--) {
      cosines[at] = cosines[at - 1];
      found[at] = found[at - 1];
    }
    cosines[at] = cosine;
    found[at] = other;
  };
  for (let from = 0; from < rows; from += tileRows) {
    const count = Math.min(tileRows, rows - from);
    const tile = new Float32Array(width * count);
    for (let i = 0; i < count; i++)
      for (let d = 0; d < width; d++) tile[d * count + i] = data[(from + i) * width + d];
    const visit = (row: number, products: Float32Array) => {
      const own = 2 * row * k;
      const lowest = Math.min(cosines[own + k - 1], cosines[own + 2 * k - 1]);
      for (let i = 0; i < count; i++)
        if (products[i] > lowest && from + i !== row) offer(row, from + i, products[i]);
    };
    await eachProduct(engine, data, width, tile, visit, signal);
  }
  return found;
}
