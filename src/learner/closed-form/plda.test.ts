/** The likelihood ratios against the joint density of a class and a query, by direct float64 algebra; and the covariances' common map. */

import { determinant, EVD, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { normals } from "../../../test/support/tiny.js";
import { float32, type NDArray } from "../../base/array.js";
import { random } from "../../base/random.js";
import { solveTwoCovariances } from "./covariances.js";
import { plda } from "./plda.js";

const matrixOf = ({ data, shape: [rows, columns] }: NDArray) => Matrix.from1DArray(rows, columns, [...data]);

it("logits are log p(query, class) − log p(query) − log p(class), and 0 for a class without examples", async () => {
  const width = 3;
  const r = random(4, "plda");
  const logBetween = [0.7, -0.4, 1.5];
  const [mean, map] = [normals(r, [width]), normals(r, [width, width])];
  const problem = headProblem(9, [0, 1, -1, 1, 1], 3, width);
  const back = inverse(matrixOf(map));
  const within = back.transpose().mmul(back);
  const between = back
    .transpose()
    .mmul(Matrix.diag(logBetween.map(Math.exp)))
    .mmul(back);
  /** log p of rows that are of one class, but for the constant of π. */
  const logDensity = (rows: readonly number[][]) => {
    const n = rows.length;
    const shared = Matrix.ones(n, n).kroneckerProduct(between);
    const covariance = shared.add(Matrix.eye(n).kroneckerProduct(within));
    const off = Matrix.columnVector(rows.flatMap((row) => row.map((x, j) => x - mean.data[j])));
    const squared = off.transpose().mmul(inverse(covariance)).mmul(off).get(0, 0);
    return -0.5 * (squared + Math.log(determinant(covariance)));
  };
  const support = rowsOf(problem.features);
  const expected = rowsOf(problem.query).flatMap((query) =>
    [0, 1, 2].map((k) => {
      const own = support.filter((_, i) => problem.classes[i] === k);
      if (own.length === 0) return 0;
      return logDensity([query, ...own]) - logDensity([query]) - logDensity(own);
    }),
  );
  const { head } = plda.create({} as never, "classification");
  const params = { mean, map, logBetween: float32(logBetween, [width]) };
  const { derived, compiled } = await headOutputs(head!, params, problem);
  expect(relativeError(derived, expected)).toBeLessThan(1e-5);
  expect(relativeError(compiled, expected)).toBeLessThan(1e-4);
});

describe("the closed form", () => {
  const width = 4;
  const problem = headProblem(5, [0, 1, 2, 0, 1, 2, 0, 3, 3, 2, 2], 4, width);
  const labels = problem.classes.map((k) => `class ${k}`);
  const solved = solveTwoCovariances(problem.features, labels)!;

  it("makes the shrunken covariances within and between classes the identity and a diagonal", () => {
    const rows = rowsOf(problem.features);
    const ownOf = (k: number) => rows.filter((_, i) => problem.classes[i] === k);
    const meanOf = (some: readonly number[][]) =>
      some[0].map((_, j) => some.reduce((sum, row) => sum + row[j], 0) / some.length);
    const means = [0, 1, 2, 3].map((k) => meanOf(ownOf(k)));
    const mean = meanOf(means);
    const scatter = (some: readonly number[][], by: number) =>
      new Matrix(
        mean.map((_, j) => mean.map((_, l) => some.reduce((sum, row) => sum + row[j] * row[l], 0) / by)),
      );
    const within = scatter(
      rows.map((row, i) => row.map((x, j) => x - means[problem.classes[i]][j])),
      rows.length - 4,
    );
    const spread = scatter(
      means.map((row) => row.map((x, j) => x - mean[j])),
      3,
    );
    const chance = Matrix.mul(within, 4 / rows.length);
    const { realEigenvalues, eigenvectorMatrix: axes } = new EVD(Matrix.sub(spread, chance));
    const positive = axes
      .mmul(Matrix.diag(realEigenvalues.map((b) => Math.max(b, 0))))
      .mmul(axes.transpose());
    const { eigenvectorMatrix: principal } = new EVD(Matrix.add(within, positive));
    /** Halfway to the diagonal in the principal directions of all features. */
    const halfway = (a: Matrix) => {
      const turned = principal.transpose().mmul(a).mmul(principal);
      for (let i = 0; i < width; i++)
        for (let j = 0; j < width; j++) if (i !== j) turned.set(i, j, turned.get(i, j) / 2);
      return principal.mmul(turned).mmul(principal.transpose());
    };
    const map = matrixOf(solved.map);
    const load = Matrix.eye(width).mul((1e-3 * within.trace()) / width);
    const whitened = map.transpose().mmul(halfway(within).add(load)).mmul(map);
    expect(Matrix.sub(whitened, Matrix.eye(width)).abs().max()).toBeLessThan(1e-5);
    const ratios = map.transpose().mmul(halfway(positive)).mmul(map);
    const off = Matrix.sub(ratios, Matrix.diag([...solved.logBetween.data].map(Math.exp)));
    expect(off.abs().max()).toBeLessThan(1e-5);
    expect(relativeError([...solved.mean.data], mean)).toBeLessThan(1e-6);
  });

  it("keeps a thousandth of variance between classes of one mean", () => {
    const same = float32([1, 2, -1, -2, 2, -1, -2, 1], [4, 2]);
    const { logBetween } = solveTwoCovariances(same, ["a", "a", "b", "b"])!;
    for (const log of logBetween.data) expect(Math.exp(log)).toBeCloseTo(1e-3, 8);
  });

  it("is none of one class, or of classes of one example", () => {
    const one = float32(problem.features.data.slice(0, 2 * width), [2, width]);
    expect(solveTwoCovariances(one, ["a", "a"])).toBeUndefined();
    expect(solveTwoCovariances(one, ["a", "b"])).toBeUndefined();
  });
});
