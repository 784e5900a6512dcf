/** Cholesky factor and triangular solve: the triangle that they read, and matrices without a factor. */

import { describe, expect, it } from "vitest";
import { Draw } from "../../test/support/draw.js";
import { eager, relativeError, valuesOf } from "../../test/support/eager.js";
import { lax, type Tensor } from "./index.js";
import { Engine } from "./run/engine.js";

const engine = new Engine({ threads: 1 });
const { cholesky, triangularSolve } = lax.linalg;

describe("a linear system", () => {
  it("reads one triangle of each matrix", async () => {
    const d = new Draw("triangle");
    const [a, b] = [d.triangular(5), d.normal([5, 2])];
    for (const lower of [true, false])
      for (const unitDiagonal of [true, false]) {
        const options = { leftSide: true, lower, unitDiagonal };
        const solve = ((p: Tensor, q: Tensor) => triangularSolve(p, q, options)) as never;
        const [actual] = valuesOf(await engine.compile(solve, [a, b]).run([a, b]));
        expect(relativeError(actual, eager(solve, [a, b], "float64")[0])).toBeLessThan(1e-4);
      }
  });

  it("is NaN if the matrix is not positive definite", async () => {
    const matrix = { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 2, 1) } as const;
    const [values] = valuesOf(await engine.compile((a: Tensor) => cholesky(a), [matrix]).run([matrix]));
    expect(values.some(Number.isNaN)).toBe(true);
  });
});
