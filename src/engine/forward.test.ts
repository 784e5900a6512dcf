/** The forward form of a network with constant weights. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import type { NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { withConstants } from "../model/constants.js";
import { block } from "../nn/block.js";
import { np, type Tensor } from "./index.js";
import { Engine } from "./run/engine.js";

const engine = new Engine({ threads: 1 });

const array = (name: string, ...shape: number[]) => normals(random(1, name), shape);
const params = {
  first: array("first", 16, 3, 3, 3),
  second: array("second", 16, 16, 3, 3),
  scale: array("scale", 16),
  shift: array("shift", 16),
  mean: array("mean", 16),
};
type Params = Record<keyof typeof params, Tensor>;

/** Two blocks. */
const network =
  (use: "kept" | "measured") =>
  (x: Tensor, { first, second, scale, shift, mean }: Params) => {
    const source = { use, mask: np.ones([x.shape[0]]) };
    const run = (h: Tensor, weight: Tensor) =>
      block([h], { weight, scale, shift }, { mean, variance: np.ones([16]) }, source).parts[0];
    return run(run(x, first), second).reshape([x.shape[0], -1]);
  };

const frozen = (use: "kept" | "measured", images: NDArray) =>
  withConstants([params], (own) =>
    engine.compile<NDArray>((x: Tensor) => network(use)(x, own as Params), [images]),
  );

describe("the forward form", () => {
  // 15 to 7 to 3: an odd last row and column are dropped twice.
  const images = array("images", 4, 15, 15, 3);

  it("agrees with the fused program, with ONNX's own convolution and pooling", async () => {
    const program = frozen("kept", images);
    expect(program.fused).toBeUndefined();
    expect(program.operators).toMatchObject({ Conv: 2, MaxPool: 2, Relu: 2 });
    expect(program.operators.Transpose).toBeLessThanOrEqual(2);
    expect(program.operators.ReduceMax).toBeUndefined();
    const kernels = new Engine({ threads: 1 }, { fuse: true });
    const fused = kernels.compile<NDArray>(network("kept"), [images, params]);
    expect(fused.fused).toBeDefined();
    const [actual, expected] = [await program.run([images]), await fused.run([images, params])];
    expect(relativeError(Array.from(actual.data), Array.from(expected.data))).toBeLessThan(1e-5);
  });

  it("is not taken if batch statistics are computed, which need further passes", () => {
    expect(frozen("measured", array("more", 32, 28, 28, 3)).fused).toBeDefined();
  });
});
