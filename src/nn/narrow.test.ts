/** The folded block against convolution, normalisation, rectifier and pooling one after the other, in float64. */

import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { gradient, np, type Tensor } from "../engine/index.js";
import { convolve, maxPool, relu } from "./layers.js";
import { isNarrow, narrowBlock } from "./narrow.js";
import { normalise, type Statistics } from "./normalise.js";

type Params = { weight: Tensor; scale: Tensor; shift: Tensor };

function inTurn(parts: Tensor[], params: Params, given: Statistics, source: never) {
  const convolved = parts.map((part) => convolve(part, params.weight));
  const { parts: normalised, statistics } = normalise(convolved, params, given, source);
  return { parts: normalised.map((part) => maxPool(relu(part))), statistics };
}

describe.each([
  ["an image", [5, 4, 6, 2], [3, 2, 3, 3]],
  ["a line", [5, 9, 3], [4, 3, 3]],
])("the block on %s", (_, shape, kernel) => {
  const r = random(1, "narrow");
  const channels = kernel[0];
  const params = { weight: normals(r, kernel), scale: normals(r, [channels]), shift: normals(r, [channels]) };
  const given = { mean: normals(r, [channels]), variance: float32(Array(channels).fill(0.7), [channels]) };
  const counts = float32([1, 0, 1, 1, 0], [5]);

  it.each(["measured", "given"])("is the same by %s statistics, and so are its derivatives", (use) => {
    const outputs = (of: typeof inTurn) =>
      eager(
        ((x: Tensor, p: Params, g: Statistics, has: Tensor) => {
          const source = { use, mask: has } as never;
          const parts = [x.slice([0, 2]), x.slice([2])];
          const loss = (q: Params) => {
            const out = of(parts, q, g, source);
            return out.parts.map((part) => np.sum(part.mul(part).mul(part))).reduce((a, b) => a.add(b));
          };
          const { parts: y, statistics } = of(parts, p, g, source);
          return { y, statistics, slopes: gradient(loss as never)(p as never) };
        }) as never,
        [normals(random(2, "x"), shape), params, given, counts] as Arrays[],
        "float64",
      ).flat();
    const [actual, expected] = [outputs(narrowBlock as never), outputs(inTurn)];
    expect(actual).toHaveLength(expected.length);
    for (const [i, x] of actual.entries()) expect(x).toBeCloseTo(expected[i], 8);
  });

  it("counts as narrow while the kernel sees few entries", () => {
    expect(isNarrow({ shape: kernel } as unknown as Tensor)).toBe(true);
    expect(isNarrow({ shape: [64, 64, 3, 3] } as unknown as Tensor)).toBe(false);
  });
});
