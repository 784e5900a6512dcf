import { describe, expect, it } from "vitest";
import { eager, relativeError } from "../../test/support/eager.js";
import { directSolve } from "../../test/support/linear.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine, gradient, np, type Tensor } from "../engine/index.js";
import { solve } from "./solve.js";

const engine = new Engine({ threads: 1 });

/** A symmetric positive definite matrix whose condition number is about `1 + n / least`. */
function definite(n: number, least: number) {
  const r = random(5, "definite", n);
  const rows = Array.from({ length: n }, () => Array.from({ length: n }, () => r.normal()));
  return float32(
    rows.flatMap((x, i) =>
      rows.map((y, j) => x.reduce((sum, v, k) => sum + v * y[k], 0) + (i === j ? least : 0)),
    ),
    [n, n],
  );
}

describe.each([1, 2, 7, 40])("a system of %i", (n) => {
  const a = definite(n, 0.5);
  const b = normals(random(6, "right", n), [n, 3]);
  const args: Arrays[] = [a, b];
  const expected = directSolve([...a.data], [...b.data], n);

  it("is solved as by elimination in float64", async () => {
    const [derived] = eager(solve as never, args, "float64");
    expect(relativeError(derived, expected)).toBeLessThan(1e-10);
    const { data } = (await engine.compile(solve as never, args as never).run(args)) as {
      data: Float32Array;
    };
    expect(relativeError([...data], expected)).toBeLessThan(2e-3);
  });

  it("has the derivatives of central differences", () => {
    const loss = (x: Tensor, y: Tensor) => np.sum(np.sin(solve(x, y)));
    const slopes = eager(
      ((x: Tensor, y: Tensor) =>
        gradient((p: { x: Tensor; y: Tensor }) => loss(p.x, p.y))({ x, y })) as never,
      args,
      "float64",
    );
    const r = random(7, "direction", n);
    // A direction among symmetric matrices.
    const half = Array.from({ length: n * n }, () => r.normal());
    const da = half.map((x, i) => (x + half[(i % n) * n + Math.floor(i / n)]) / 2);
    const db = Array.from(b.data, () => r.normal());
    const at = (t: number) => {
      const x = directSolve(
        Array.from(a.data, (v, i) => v + t * da[i]),
        Array.from(b.data, (v, i) => v + t * db[i]),
        n,
      );
      return x.reduce((sum, v) => sum + Math.sin(v), 0);
    };
    const step = 1e-6;
    const slope = (at(step) - at(-step)) / (2 * step);
    const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * y[i], 0);
    const derived = dot(slopes[0], da) + dot(slopes[1], db);
    const size = Math.hypot(...slopes.flat());
    expect(Math.abs(derived - slope) / size).toBeLessThan(1e-6);
  });
});

it("takes ten operators a pivot", () => {
  const count = (n: number) => {
    const shapes = [n, 3].map((m) => ({ dtype: "float32" as const, shape: [n, m] }));
    const { operators } = engine.compile(solve as never, shapes);
    return Object.values(operators).reduce((a, b) => a + b);
  };
  expect((count(40) - count(20)) / 20).toBeLessThanOrEqual(10);
});
