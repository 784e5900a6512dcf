/** The support vector machine against its dual, climbed in float64 for as long as it takes. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { derivedOutputs, dot, headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { inLane } from "../../../test/support/lane.js";
import { float32 } from "../../base/array.js";
import { svm } from "./svm.js";

const ways = [0, 1, 2];
const C = 0.1;
const SCALE = 2;
const params = { logScale: float32([Math.log(SCALE)], []) };

/** The nearest point of β ≥ 0, Σ β = C to `v`, by halving the interval that its threshold lies in. */
function ontoSimplex(v: readonly number[]): number[] {
  let [low, high] = [Math.min(...v) - C, Math.max(...v)];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (v.reduce((sum, x) => sum + Math.max(0, x - middle), 0) > C) low = middle;
    else high = middle;
  }
  return v.map((x) => Math.max(0, x - low));
}

/** α of the dual's maximum, a row an example. */
function dual(rows: readonly number[][], classes: readonly number[]): number[][] {
  const gram = rows.map((x) => rows.map((y) => dot(x, y)));
  const rate = 1 / gram.reduce((sum, row, i) => sum + row[i], 0);
  let alpha = rows.map(() => ways.map(() => 0));
  for (let step = 0; step < 3000; step++) {
    const columns = ways.map((k) => alpha.map((row) => row[k]));
    alpha = alpha.map((row, i) => {
      const own = ways.map((k) => Number(classes[i] === k));
      const moved = row.map((a, k) => a + rate * (own[k] - dot(gram[i], columns[k])));
      return ontoSimplex(moved.map((a, k) => C * own[k] - a)).map((beta, k) => C * own[k] - beta);
    });
  }
  return alpha;
}

const problems = [
  ["one example per class", [0, 1, 2], 6],
  ["unequal numbers of examples per class, at the bound", [0, 1, 2, 0, 1, 1, 2], 3],
] as const;

describe.each(
  inLane(problems, ([, taught]) => (taught.length === 3 ? "test" : "full")),
)("of %s", (_, taught, width) => {
  it("is the dual's maximum, near it after the default steps, whatever padding holds", async () => {
    const classes = [...taught, -1];
    const problem = headProblem(9, classes, 3, width);
    const rows = rowsOf(problem.features).slice(0, -1);
    const alpha = dual(rows, taught);
    const expected = rowsOf(problem.query).flatMap((q) =>
      ways.map((k) => SCALE * rows.reduce((sum, x, i) => sum + alpha[i][k] * dot(x, q), 0)),
    );
    const headAfter = (innerSteps: number) =>
      svm.create({ c: C, innerSteps } as never, "classification").head!;
    const far = derivedOutputs(headAfter(100), params, problem);
    const near = await headOutputs(headAfter(svm.options.parse({}).innerSteps as number), params, problem);
    expect(relativeError(far, expected)).toBeLessThan(2e-3);
    expect(relativeError(near.derived, expected)).toBeLessThan(5e-2);
    expect(relativeError(near.compiled, near.derived)).toBeLessThan(1e-4);
  });
});
