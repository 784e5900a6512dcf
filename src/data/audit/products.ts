/** Matrix products over many rows, block by block, on the engine. */

import type { NDArray } from "../../base/array.js";
import { type Engine, np, type Tensor } from "../../engine/index.js";

const spec = (...shape: number[]) => ({ dtype: "float32" as const, shape });

/** Number of rows in a block. */
const block = 1024;

/** The block of rows that begins at `from`, padded with zeros. */
function blockOf(data: Float32Array, width: number, from: number): NDArray {
  const padded = new Float32Array(block * width);
  padded.set(data.subarray(from * width, (from + block) * width));
  return { ...spec(block, width), data: padded };
}

/** xᵀ x of float32 `[rows, width]`: float64 `[width, width]`, summed block by block. */
export async function gram(engine: Engine, data: Float32Array, width: number): Promise<Float64Array> {
  const program = engine.compile((x: Tensor) => np.matmul(np.transpose(x), x), [spec(block, width)]);
  const sum = new Float64Array(width * width);
  for (let from = 0; from * width < data.length; from += block) {
    const { data: part } = (await program.run([blockOf(data, width, from)])) as NDArray;
    for (let i = 0; i < sum.length; i++) sum[i] += part[i];
  }
  program.release();
  return sum;
}

/**
 * Visit the rows of the product of float32 `[rows, width]` and `[width, columns]`: `visit(row, products)`, where `products`
 * is float32 `[columns]` and overwritten after the call.
 */
export async function eachProduct(
  engine: Engine,
  data: Float32Array,
  width: number,
  right: Float32Array,
  visit: (row: number, products: Float32Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const columns = right.length / width;
  const args = [spec(block, width), spec(width, columns)];
  const program = engine.compile((x: Tensor, y: Tensor) => np.matmul(x, y), args);
  const y = { ...spec(width, columns), data: right };
  const rows = data.length / width;
  let into: NDArray | undefined;
  for (let from = 0; from < rows; from += block) {
    const out = (await program.run([blockOf(data, width, from), y], { signal, into })) as NDArray;
    into = out;
    for (let i = 0; i < Math.min(block, rows - from); i++)
      visit(from + i, out.data.subarray(i * columns, (i + 1) * columns) as Float32Array);
  }
  program.release();
}
