/** The machine's compute bound: the throughput of ONNX Runtime's matrix products, one per thread on all threads. */

import { float32, sizeOf } from "../../src/base/array.js";
import { Engine, np, type Tensor } from "../../src/engine/index.js";

/** Sizes of square matrices. */
const SIZES = [256, 512, 1024];
/** Products per run, so that copying the arguments is negligible. */
const CHAIN = 8;
const SECONDS_PER_SIZE = 0.5;

/** FLOP/s of all threads together: the maximum over sizes and repetitions. */
export async function measureBound(threads: number): Promise<number> {
  const engine = new Engine({ threads });
  let best = 0;
  for (const size of SIZES) {
    const shape = [size, size];
    const matrix = float32(new Float32Array(sizeOf(shape)).fill(1 / size), shape);
    const chain = (a: Tensor, b: Tensor) =>
      Array.from({ length: CHAIN }).reduce<Tensor>((product) => np.matmul(product, b), a);
    const program = engine.compile(chain, [matrix, matrix]);
    const runOnAllThreads = () =>
      Promise.all(Array.from({ length: threads }, () => program.run([matrix, matrix])));
    await runOnAllThreads();
    const started = performance.now();
    while (performance.now() - started < 1000 * SECONDS_PER_SIZE) {
      const before = performance.now();
      await runOnAllThreads();
      const seconds = (performance.now() - before) / 1000;
      best = Math.max(best, (threads * CHAIN * 2 * size ** 3) / seconds);
    }
    program.release();
  }
  return best;
}
