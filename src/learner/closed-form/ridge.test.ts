/** The ridge head against a direct float64 solution of (XᵀX + λI) W = XᵀY over the rows that count. */

import { describe, expect, it } from "vitest";
import { eager, relativeError } from "../../../test/support/eager.js";
import { directSolve } from "../../../test/support/linear.js";
import { normals } from "../../../test/support/tiny.js";
import { type Arrays, float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { random } from "../../base/random.js";
import { Engine } from "../../engine/index.js";
import type { Targets } from "../../objective/index.js";
import { ridge } from "./ridge.js";

const head = ridge.create({} as never, "classification").head!;
const engine = new Engine({ threads: 1 });
const PENALTY = 0.7;
const params = { logPenalty: float32([Math.log(PENALTY)], []), logScale: float32([Math.log(3)], []) };
const way = 3;

/** `n` rows of `width`, of which the last is padding with garbage. */
function problem(n: number, width: number) {
  const r = random(8, "ridge", n);
  const classes = Array.from({ length: n }, (_, i) => (i === n - 1 ? -1 : i % way));
  return {
    features: normals(r, [n, width]),
    labels: float32(
      classes.flatMap((k) => [0, 1, 2].map((j) => Number(j === k))),
      [n, way],
    ),
    counts: float32(
      classes.map((k) => Number(k >= 0)),
      [n],
    ),
    query: normals(r, [4, width]),
  };
}

/** The logits of the query, directly. */
function expected({ features, labels, counts, query }: ReturnType<typeof problem>): number[] {
  const [n, width] = features.shape;
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => counts.data[i] > 0);
  const x = (i: number, j: number) => features.data[i * width + j];
  const sum = (of: (i: number) => number) => rows.reduce((total, i) => total + of(i), 0);
  const each = (count: number) => Array.from({ length: count }, (_, j) => j);
  const penalty = Math.exp(params.logPenalty.data[0]);
  const gram = each(width).flatMap((j) =>
    each(width).map((k) => sum((i) => x(i, j) * x(i, k)) + (j === k ? penalty : 0)),
  );
  const right = each(width).flatMap((j) =>
    each(way).map((k) => sum((i) => x(i, j) * labels.data[i * way + k])),
  );
  const w = directSolve(gram, right, width);
  const scale = Math.exp(params.logScale.data[0]);
  return each(4).flatMap((i) =>
    each(way).map(
      (k) => scale * each(width).reduce((s, j) => s + query.data[i * width + j] * w[j * way + k], 0),
    ),
  );
}

const logits = ((own: never, x: never, { labels, mask }: Targets, q: never) =>
  head.outputs(own, head.fit(own, x, { labels, mask } as Targets), q)) as never;

describe.each([
  ["the support's size", 6, 20],
  ["the features' width, which is smaller", 20, 6],
  ["the features' width, of a support that is too large", 150, 5],
])("ridge by a system of %s", (_, n, width) => {
  it("is the direct solution, whatever padding holds", async () => {
    const given = problem(n, width);
    const { features, labels, counts, query } = given;
    const args = [params, features, { labels, mask: counts }, query] as Arrays[];
    const [derived] = eager(logits, args, "float64");
    expect(relativeError(derived, expected(given))).toBeLessThan(1e-10);
    const compiled = (await engine.compile(logits, args as never).run(args)) as { data: Float32Array };
    expect(relativeError([...compiled.data], expected(given))).toBeLessThan(1e-4);
  });
});

describe.each([
  ["the support's size", 6, 20],
  ["the features' width", 20, 6],
])("ridge of numbers by a system of %s", (_, n, width) => {
  it("is the direct solution with an intercept that is not penalised", async () => {
    const { features, counts, query } = problem(n, width);
    const r = random(9, "numbers", n);
    const labels = float32(
      Array.from(counts.data, (count) => count * (5 + r.normal())),
      [n, 1],
    );
    const numbers = ridge.create({} as never, "regression").head!;
    const outputs = ((own: never, x: never, targets: Targets, q: never) =>
      numbers.outputs(own, numbers.fit(own, x, targets), q)) as never;
    // The intercept is the weight of one more feature, which is 1 everywhere.
    const rows = Array.from({ length: n - 1 }, (_, i) => [
      ...features.data.slice(i * width, (i + 1) * width),
      1,
    ]);
    const each = Array.from({ length: width + 1 }, (_, j) => j);
    const penalty = Math.exp(params.logPenalty.data[0]);
    const gram = each.flatMap((j) =>
      each.map((k) => rows.reduce((s, x) => s + x[j] * x[k], 0) + (j === k && j < width ? penalty : 0)),
    );
    const right = each.map((j) => rows.reduce((s, x, i) => s + x[j] * labels.data[i], 0));
    const w = directSolve(gram, right, width + 1);
    const direct = [0, 1, 2, 3].map((i) =>
      each.reduce((s, j) => s + w[j] * (j < width ? query.data[i * width + j] : 1), 0),
    );
    const args = [{ logPenalty: params.logPenalty }, features, { labels, mask: counts }, query] as Arrays[];
    expect(relativeError(eager(outputs, args, "float64")[0], direct)).toBeLessThan(1e-9);
    const compiled = (await engine.compile(outputs, args as never).run(args)) as { data: Float32Array };
    expect(relativeError([...compiled.data], direct)).toBeLessThan(1e-4);
  });
});

it("refuses a support and a width that are both too large", () => {
  const { features, labels, counts, query } = problem(130, 130);
  const compile = () => engine.compile(logits, [params, features, { labels, mask: counts }, query] as never);
  expect(compile).toThrow(InputError);
  expect(compile).toThrow(/128/);
});
