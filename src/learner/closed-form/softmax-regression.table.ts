/** Logistic regression against Newton's method in float64, run until it stands still. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import {
  derivedOutputs,
  dot,
  type HeadProblem,
  headOutputs,
  headProblem,
  rowsOf,
} from "../../../test/support/heads.js";
import { inLane } from "../../../test/support/lane.js";
import { directSolve } from "../../../test/support/linear.js";
import { float32 } from "../../base/array.js";
import { linearProbe } from "../baseline/linear-probe.js";
import { logistic } from "./logistic.js";

const WAY = 3;
const ways = [0, 1, 2];
const [PENALTY, SCALE] = [3, 2];
const params = {
  logPenalty: float32([Math.log(PENALTY)], []),
  logScale: float32([Math.log(SCALE)], []),
};

/** W of Σ_i L(x_i W, y_i) + λ/2 ‖W‖², a column a class, by 30 of Newton's steps on all width · way weights. */
function converged(rows: readonly number[][], classes: readonly number[], penalty: number): number[][] {
  const width = rows[0].length;
  let columns = ways.map(() => Array<number>(width).fill(0));
  for (let step = 0; step < 30; step++) {
    const slope = columns.flatMap((w) => w.map((v) => penalty * v));
    const size = WAY * width;
    const hessian = Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? penalty : 0));
    for (const [i, x] of rows.entries()) {
      if (classes[i] < 0) continue;
      const e = columns.map((w) => Math.exp(dot(w, x)));
      const p = e.map((v) => v / e.reduce((a, b) => a + b));
      for (const k of ways)
        for (const [j, value] of x.entries()) {
          slope[k * width + j] += (p[k] - Number(classes[i] === k)) * value;
          for (const l of ways)
            for (const [m, other] of x.entries())
              hessian[(k * width + j) * size + l * width + m] +=
                (p[k] * Number(k === l) - p[k] * p[l]) * value * other;
        }
    }
    const away = directSolve(hessian, slope, size);
    columns = columns.map((w, k) => w.map((v, j) => v - away[k * width + j]));
  }
  return columns;
}

const unit = (x: number[]) => x.map((v) => v / Math.sqrt(dot(x, x)));

const systems = [
  ["the support's size", [0, 1, -1, 2, 0], 7],
  ["the features' width", [0, 1, 2, 0, -1, 1, 2, 2], 4],
] as const;

describe.each(
  inLane(systems, ([, , width]) => (width === 7 ? "test" : "full")),
)("by a system of %s", (_, classes, width) => {
  const problem: HeadProblem = headProblem(8, classes, WAY, width);

  it("logistic regression is Newton's minimum, near it after the default steps, whatever padding holds", async () => {
    const weights = converged(rowsOf(problem.features), classes, PENALTY);
    const expected = rowsOf(problem.query).flatMap((q) => weights.map((w) => SCALE * dot(w, q)));
    const headAfter = (innerSteps: number) =>
      logistic.create({ innerSteps } as never, "classification").head!;
    const far = derivedOutputs(headAfter(60), params, problem);
    const near = await headOutputs(
      headAfter(logistic.options.parse({}).innerSteps as number),
      params,
      problem,
    );
    expect(relativeError(far, expected)).toBeLessThan(1e-6);
    expect(relativeError(near.derived, expected)).toBeLessThan(2e-2);
    expect(relativeError(near.compiled, near.derived)).toBeLessThan(1e-4);
  });

  it("the linear probe is that of features of length 1, to the end", async () => {
    const own = linearProbe.options.parse({});
    const { head } = linearProbe.create(own as never, "classification");
    const weights = converged(rowsOf(problem.features).map(unit), classes, 1);
    const expected = rowsOf(problem.query).flatMap((q) => weights.map((w) => dot(w, unit(q))));
    const { derived, compiled } = await headOutputs(head!, {}, problem);
    expect(relativeError(derived, expected)).toBeLessThan(1e-5);
    expect(relativeError(compiled, expected)).toBeLessThan(1e-4);
  });
});
