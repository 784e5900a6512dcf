/** A product of experts by heads, against its equation. */

import { expect, it } from "vitest";
import { eager, relativeError } from "../../test/support/eager.js";
import { headProblem } from "../../test/support/heads.js";
import { normals } from "../../test/support/tiny.js";
import { float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import type { Tensor } from "../engine/index.js";
import { fusionOf } from "../fusion/index.js";
import { linear } from "../nn/layers.js";
import { learnerOf, withExperts } from "./index.js";

const WAY = 3;
const { fuse, split } = fusionOf("product-of-experts");

it("identical experts answer as one of them", () => {
  const { features, targets, query } = headProblem(8, [0, 1, 2, 1], WAY, 4);
  const { head } = learnerOf({ name: "gda" }, "classification");
  const own = { logPenalty: float32([0.3], []) };
  const names = ["a", "b"];
  const both = withExperts(
    learnerOf({ name: "gda" }, "classification"),
    { modalities: names, width: 4, split: split! },
    "classification",
  ).head!;
  const [single, doubled] = eager(
    ((p: never, x: Tensor, t: never, q: Tensor, s: never) => {
      const twice = (f: Tensor) => {
        const has = f.slice([], 0).mul(0).add(1);
        return fuse(s, { a: f, b: f }, { a: has, b: has }).fused;
      };
      const experts = { experts: { a: p, b: p } } as never;
      return [
        head!.outputs(p, head!.fit(p, x, t), q),
        both.outputs(experts, both.fit(experts, twice(x), t), twice(q)),
      ];
    }) as never,
    [own, features, targets, query, { a: float32([0.4], [1]), b: float32([-0.7], [1]) }] as never,
    "float64",
  );
  expect(relativeError(doubled, single)).toBeLessThan(1e-9);
});

it("a linear head on the features is a product of linear experts", () => {
  const r = random(9, "experts");
  const [n, width] = [4, 3];
  const names = ["a", "b"];
  const features = Object.fromEntries(names.map((key) => [key, normals(r, [n, width])]));
  const present = { a: float32([1, 1, 0, 1], [n]), b: float32([1, 0, 1, 1], [n]) };
  const precisions = { a: float32([0.5], [1]), b: float32([-0.2], [1]) };
  const weight = normals(r, [2 * (width + 1), WAY]);
  const zero = float32([0, 0, 0], [WAY]);
  const [logits, a, b] = eager(
    ((s: never, f: never, has: never, w: never, c: never) => {
      const { fused, weights } = fuse(s, f, has);
      return [linear(fused, { weight: w, bias: c }), weights.a, weights.b];
    }) as never,
    [precisions, features, present, weight, zero] as never,
    "float64",
  );
  const block = (m: number, d: number, k: number) => weight.data[(m * (width + 1) + d) * WAY + k];
  const expert = (m: number, i: number, k: number) => {
    const { data } = features[names[m]] as NDArray;
    return Array.from({ length: width }, (_, d) => data[i * width + d] * block(m, d, k)).reduce(
      (x, y) => x + y,
      block(m, width, k),
    );
  };
  for (let i = 0; i < n; i++)
    for (let k = 0; k < WAY; k++)
      expect(logits[i * WAY + k]).toBeCloseTo(a[i] * expert(0, i, k) + b[i] * expert(1, i, k), 9);
});
