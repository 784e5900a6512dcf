/** The Gaussian head against the densities themselves, by a direct float64 solution of Σ v = f(x) − μ_k. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { dot, headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { directSolve } from "../../../test/support/linear.js";
import { float32 } from "../../base/array.js";
import { random } from "../../base/random.js";
import { prototypical } from "../metric/prototypical.js";
import { gda } from "./gda.js";

const WAY = 3;
const PENALTY = 0.7;
const params = { logPenalty: float32([Math.log(PENALTY)], []) };
const learner = gda.create({} as never, "classification");
const minus = (x: readonly number[], y: readonly number[]) => x.map((v, j) => v - y[j]);

describe.each([
  ["the support's size", [0, 1, 2, 0, -1], 12],
  ["the features' width", [0, 1, 2, 0, 1, 1, -1, 2, 0], 4],
])("by a system of %s", (_, classes, width) => {
  it("logits are log densities −½ (f − μ)ᵀ Σ⁻¹ (f − μ), whatever padding holds", async () => {
    const problem = headProblem(6, classes, WAY, width);
    const rows = rowsOf(problem.features);
    const own = (k: number) => rows.filter((_, i) => classes[i] === k);
    const means = [0, 1, 2].map((k) =>
      rows[0].map((_, j) => own(k).reduce((sum, x) => sum + x[j], 0) / own(k).length),
    );
    const away = rows.flatMap((x, i) => (classes[i] < 0 ? [] : [minus(x, means[classes[i]])]));
    const covariance = rows[0].flatMap((_, j) =>
      rows[0].map(
        (_, l) => away.reduce((s, z) => s + z[j] * z[l], 0) / away.length + (j === l ? PENALTY : 0),
      ),
    );
    const expected = rowsOf(problem.query).flatMap((q) =>
      means.map((mean) => {
        const z = minus(q, mean);
        return -0.5 * dot(z, directSolve(covariance, z, width));
      }),
    );
    const { derived, compiled } = await headOutputs(learner.head!, params, problem);
    expect(relativeError(derived, expected)).toBeLessThan(1e-6);
    expect(relativeError(compiled, expected)).toBeLessThan(1e-4);
  });
});

it("starts as prototypical networks where each class has one example", async () => {
  const problem = headProblem(7, [2, 0, -1, 1], WAY, 6);
  const start = await headOutputs(learner.head!, learner.init(6, random(1), {} as never), problem);
  const { head } = prototypical.create({} as never, "classification");
  const { derived } = await headOutputs(head!, {}, problem);
  expect(relativeError(start.derived, derived)).toBeLessThan(1e-6);
});
