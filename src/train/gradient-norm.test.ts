/** The global norm and clipping against the formula of torch in float64, and beyond the range that a plain sum of squares has. */

import { describe, expect, it } from "vitest";
import { float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine, type Tensor } from "../engine/index.js";
import { clipFactor, normOf, tracedNorm } from "./gradient-norm.js";

const r = random(3, "norms");
const drawn = (count: number, scale: number) =>
  Float32Array.from({ length: count }, () => scale * r.normal());

/** `torch.nn.utils.clip_grad_norm_` in float64: the total norm, and the clipped values. */
function torch(all: readonly Float32Array[], maxNorm: number) {
  const norm = Math.hypot(...all.map((values) => Math.hypot(...values)));
  const coefficient = Math.min(1, maxNorm / (norm + 1e-6));
  return { norm, clipped: all.map((values) => Array.from(values, (g) => g * coefficient)) };
}

const gradients: Record<string, readonly Float32Array[]> = {
  ordinary: [drawn(300, 1), drawn(7, 1e-3), drawn(1, 5)],
  short: [drawn(20, 1e-4)],
  zero: [new Float32Array(5)],
  tiny: [drawn(9, 1e-25)],
  "too long for a float32 sum of squares": [drawn(40, 1e25), drawn(3, 1e30)],
  "at float32's limit": [Float32Array.of(3e38, -2e38, 1e38)],
};

type Result = {
  readonly largest: NDArray;
  readonly relative: NDArray;
  readonly clipped: readonly NDArray[];
};

const engines = {
  onnxruntime: new Engine({ threads: 1 }),
  wasm: new Engine({ threads: 1, runtime: "wasm" }),
};

describe.each(Object.keys(engines) as (keyof typeof engines)[])("on %s", (runtime) => {
  const run = async (all: readonly Float32Array[], clipNorm: number) => {
    const args = all.map((values) => float32(values, [values.length]));
    const program = engines[runtime].compile<Result>((...given: Tensor[]) => {
      const { largest, relative, factor } = tracedNorm(given, clipNorm);
      return { largest, relative, clipped: given.map((g) => g.mul(factor!)) };
    }, args);
    return program.run(args);
  };

  it.each(Object.keys(gradients))("a gradient that is %s", async (name) => {
    const all = gradients[name];
    for (const maxNorm of [1, 1e-3, 10]) {
      const { norm, clipped } = torch(all, maxNorm);
      const traced = await run(all, maxNorm);
      const own = traced.largest.data[0] * traced.relative.data[0];
      expect(Math.abs(own - norm)).toBeLessThanOrEqual(1e-5 * norm + 1e-30);
      expect(Math.abs(normOf(all) - norm)).toBeLessThanOrEqual(1e-12 * norm);
      const factor = clipFactor(normOf(all), maxNorm);
      for (const [i, values] of clipped.entries())
        for (const [k, expected] of values.entries()) {
          // A factor below float32's normal range has fewer digits.
          const least = 1e-5 * Math.abs(expected) + 2 ** -149 * Math.abs(all[i][k]) + 1e-38;
          expect(Math.abs(traced.clipped[i].data[k] - expected)).toBeLessThanOrEqual(least);
          expect(Math.abs(factor * all[i][k] - expected)).toBeLessThanOrEqual(least);
        }
    }
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])("finds %s in any place", async (bad) => {
    for (const size of [1, 3, 4, 5, 64, 1001])
      for (const at of new Set([0, size >> 1, size - 1])) {
        const values = drawn(size, 1);
        values[at] = bad;
        const result = await run([drawn(5, 1), values], 1);
        expect(Number.isFinite(result.relative.data[0]), `${size}, ${at}`).toBe(false);
        expect(Number.isFinite(normOf([values]))).toBe(false);
      }
  });

  it("leaves a gradient within the limit to the bit", async () => {
    const values = drawn(50, 0.01);
    const { clipped } = await run([values], 1e4);
    expect([...clipped[0].data]).toEqual([...values]);
  });
});
