/** Products of matrices at the sizes of Conv4-64 and of heads. */

import { float32, type NDArray } from "../../../src/base/array.js";
import { np, type Tensor } from "../../../src/engine/index.js";
import { localEngine } from "../../../src/engine/run/local.js";
import type { Subject } from "./contender.js";
import { inOnnxRuntime, tensorFlow } from "./runtimes.js";

/** What a product is part of, and its rows, columns and inner size. */
const sizes: readonly (readonly [of: string, m: number, n: number, k: number])[] = [
  ["Conv4-64, block 1, one image", 7056, 64, 27],
  ["Conv4-64, block 2, one image", 1764, 64, 576],
  ["Conv4-64, block 3, one image", 441, 64, 576],
  ["prototypes: 75 queries, 25 examples of 1600", 75, 25, 1600],
  ["linear head: 25 examples of 1600, 5 classes", 25, 5, 1600],
  ["ridge: 100 examples of 512", 100, 100, 512],
  ["square", 512, 512, 512],
];

/** A product, with its multiplications and additions. */
interface Product extends Subject {
  readonly flops: number;
}

const values = (length: number) => Array.from({ length }, (_, i) => Math.sin(i) / 2);

export async function productSubjects(): Promise<Product[]> {
  const tf = await tensorFlow();
  const engine = localEngine();
  return Promise.all(
    sizes.map(async ([of, m, n, k]): Promise<Product> => {
      const [a, b] = [float32(values(m * k), [m, k]), float32(values(k * n), [k, n])];
      const program = engine.compile<NDArray>((x: Tensor, y: Tensor) => np.matmul(x, y), [a, b]);
      const feed = ({ data, shape }: NDArray) => ({
        type: "float32" as const,
        data: data as Float32Array,
        shape,
      });
      const [x, y] = [a, b].map(({ data, shape }) =>
        tf.tensor2d(Float32Array.from(data), shape as [number, number]),
      );
      return {
        name: `${of}: ${m} × ${k} × ${n}`,
        flops: 2 * m * n * k,
        runs: {
          own: async () => (await program.run([a, b])).data as Float32Array,
          "TensorFlow.js wasm": async () => {
            const product = tf.matMul(x, y);
            const result = await product.data();
            product.dispose();
            return result as Float32Array;
          },
          ...(await inOnnxRuntime(program.bytes, { in0: feed(a), in1: feed(b) })),
        },
      };
    }),
  );
}
