/**
 * The machine's bound: how fast ONNX Runtime multiplies matrices, one product a thread on all threads at once. The
 * best of some sizes, and of several tries.
 */

import { float32, sizeOf } from "../../src/base/array.js";
import { Engine, np, type Tensor } from "../../src/engine/index.js";

const SIZES = [256, 512, 1024];
/** Products chained in one run, so that copying the arguments does not count. */
const CHAIN = 8;
const SECONDS_A_SIZE = 0.5;

/** FLOP/s of all threads together. */
export async function measureBound(threads: number): Promise<number> {
  const engine = new Engine({ threads });
  let best = 0;
  for (const size of SIZES) {
    const shape = [size, size];
    const matrix = float32(new Float32Array(sizeOf(shape)).fill(1 / size), shape);
    const chain = (a: Tensor, b: Tensor) =>
      Array.from({ length: CHAIN }).reduce<Tensor>((product) => np.matmul(product, b), a);
    const program = engine.compile(chain, [matrix, matrix]);
    const all = () => Promise.all(Array.from({ length: threads }, () => program.run([matrix, matrix])));
    await all();
    const started = performance.now();
    while (performance.now() - started < 1000 * SECONDS_A_SIZE) {
      const before = performance.now();
      await all();
      const seconds = (performance.now() - before) / 1000;
      best = Math.max(best, (threads * CHAIN * 2 * size ** 3) / seconds);
    }
    program.release();
  }
  return best;
}
