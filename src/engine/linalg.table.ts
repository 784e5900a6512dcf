/** Cholesky factors and triangular solves agree with jax-js's `cpu` backend in float64. */

import { describe, expect, it } from "vitest";
import { Draw, stack } from "../../test/support/draw.js";
import { eager, relativeError, valuesOf } from "../../test/support/eager.js";
import { inLane } from "../../test/support/lane.js";
import type { NDArray } from "../base/array.js";
import { gradient, lax, np, type Tensor, type Tensors, vmap } from "./index.js";
import { Engine } from "./run/engine.js";

const engine = new Engine({ threads: 1 });
const { cholesky, triangularSolve } = lax.linalg;

/** The x with a · x = b. */
function solve(a: Tensor, b: Tensor): Tensor {
  const l = cholesky(a);
  const half = triangularSolve(l, b, { leftSide: true, lower: true });
  return triangularSolve(l, half, { leftSide: true, lower: true, transposeA: true });
}
const loss = (a: Tensor, b: Tensor) => np.sum(np.sin(solve(a, b)).mul(b));
const slope = (a: Tensor, b: Tensor) => gradient(([p, q]: Tensor[]) => loss(p, q))([a, b]);

async function errors(fn: (a: Tensor, b: Tensor) => Tensor | Tensor[], args: NDArray[]): Promise<number[]> {
  const untyped = fn as unknown as (...args: never[]) => Tensors;
  const program = engine.compile(untyped, args);
  const actual = valuesOf(await program.run(args));
  program.release();
  return eager(untyped, args, "float64").map((expected, i) => relativeError(actual[i], expected));
}

describe("linear systems", () => {
  it.each(
    inLane([4, 7, 16, 24, 32], (size) => (size < 10 ? "test" : "full")),
  )("of size %i: solution, gradient, second order, vmap", async (n) => {
    const d = new Draw("system", n);
    const [a, b] = [d.positive(n), d.normal([n, 3])];
    const second = (p: Tensor, q: Tensor) =>
      gradient((r: Tensor) =>
        slope(r, q)
          .map((g) => np.sum(g.mul(g)))
          .reduce((s, t) => s.add(t)),
      )(p);
    const one = await errors((p, q) => [cholesky(p), solve(p, q), ...slope(p, q), second(p, q)], [a, b]);
    const many = [stack([a, d.positive(n)], 0), stack([b, d.normal([n, 3])], 2)];
    const mapped = vmap(solve, [0, 2]);
    const slopes = vmap(slope as never, [0, 2]) as unknown as (a: Tensor, b: Tensor) => Tensor[];
    const batch = await errors(
      (p, q) => [
        mapped(p, q),
        ...slopes(p, q),
        ...gradient(([r, s]: Tensor[]) => np.sum(np.sin(mapped(r, s))))([p, q]),
      ],
      many,
    );
    for (const error of [...one, ...batch]) expect(error).toBeLessThan(1e-4);
  });

  it.each(inLane([128], () => "full"))("of size %i: solution and gradient", async (n) => {
    const d = new Draw("system", n);
    const args = [d.positive(n), d.normal([n, 5])];
    for (const error of await errors(
      (a, b) => [cholesky(a), solve(a, b), gradient((q: Tensor) => loss(a, q))(b)],
      args,
    ))
      expect(error).toBeLessThan(1e-4);
  });
});
