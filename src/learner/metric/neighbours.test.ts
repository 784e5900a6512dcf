/** The votes of matching networks and of nearest neighbours, written out. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { dot, type HeadProblem, headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { float32 } from "../../base/array.js";
import { probabilitiesOf } from "../../objective/certainty.js";
import { knn } from "../baseline/knn.js";
import { matching } from "./matching.js";

const WAY = 3;
const SCALE = 4;
const params = { logScale: float32([Math.log(SCALE)], []) };
/** Class 0 has three examples, class 1 one, class 2 none; the fourth row is padding. */
const problem = headProblem(3, [0, 0, 1, -1, 0], WAY, 5);

/** What the `k` nearest vote for each label, and all their votes, a row a query. */
function votesOf({ features, query, classes }: HeadProblem, k: number, label: (i: number) => number[]) {
  return rowsOf(query).map((q) => {
    const nearest = rowsOf(features)
      .map((x, i) => ({ i, cosine: dot(q, x) / Math.sqrt(dot(q, q) * dot(x, x)) }))
      .filter(({ i }) => classes[i] >= 0)
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, k);
    const each = nearest.map(({ i, cosine }) => ({ y: label(i), vote: Math.exp(SCALE * cosine) }));
    const all = each.reduce((sum, { vote }) => sum + vote, 0);
    return { all, sums: label(0).map((_, j) => each.reduce((sum, { y, vote }) => sum + vote * y[j], 0)) };
  });
}

const rows = [
  ["matching", matching.create({} as never, "classification"), 4],
  ["knn of 1", knn.create({ k: 1 } as never, "classification"), 1],
  ["knn of 2", knn.create({ k: 2 } as never, "classification"), 2],
  ["knn of more than there are", knn.create({ k: 9 } as never, "classification"), 4],
] as const;

describe.each(rows)("%s", (_, { head }, k) => {
  it("gives each class its votes' density, and so its share of them, whatever padding holds", async () => {
    const { derived, compiled } = await headOutputs(head!, params, problem);
    const oneHot = (i: number) => [0, 1, 2].map((j) => Number(j === problem.classes[i]));
    const expected = votesOf(problem, k, oneHot).flatMap(({ all, sums }) => sums.map((v) => v + 1e-6 * all));
    expect(relativeError(derived.map(Math.exp), expected)).toBeLessThan(1e-6);
    expect(relativeError(compiled.map(Math.exp), expected)).toBeLessThan(1e-4);
  });
});

it.each([
  ["matching", matching.create({} as never, "regression"), 4],
  ["knn of 2", knn.create({ k: 2 } as never, "regression"), 2],
] as const)("%s answers with the mean of numbers", async (_, { head }, k) => {
  const numbers = [1, -2, 5, 0, 3];
  const targets = { ...problem.targets, labels: float32(numbers, [5, 1]), ways: float32([1], [1]) };
  const { derived } = await headOutputs(head!, params, { ...problem, targets });
  const means = votesOf(problem, k, (i) => [numbers[i]]).map(({ all, sums: [sum] }) => sum / all);
  expect(relativeError(derived, means)).toBeLessThan(1e-6);
});

it("neighbours that tie for the last place all vote", async () => {
  const twins = headProblem(4, [0, 1], WAY, 2);
  const features = float32([1, 2, 1, 2], [2, 2]);
  const { head } = knn.create({ k: 1 } as never, "classification");
  const { derived } = await headOutputs(head!, params, { ...twins, features });
  const [first, second] = probabilitiesOf(derived.slice(0, WAY));
  expect(first).toBeCloseTo(0.5, 5);
  expect(second).toBeCloseTo(0.5, 5);
});
