/** The closed forms against direct float64 solutions: what is planted is found, and nothing does better. */

import { EVD, inverse, Matrix, SVD } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { type Tensor, type Tensors, valueAndGradient } from "../engine/index.js";
import { dgcca } from "./dgcca.js";
import { fitGcca } from "./gcca.js";
import { type LinearMaps, transform } from "./maps.js";
import { fitProcrustes } from "./procrustes.js";

const [n, width] = [40, 4];
const r = random(8, "closed");
const names = ["a", "b", "c"];
const matrixOf = ({ data, shape: [rows, columns] }: NDArray) =>
  new Matrix(Array.from({ length: rows }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)]));
const arrayOf = (x: Matrix) => float32(x.to1DArray(), [x.rows, x.columns]);
const drawn = (rows: number, columns: number) => matrixOf(normals(r, [rows, columns]));
const everyone = Object.fromEntries(names.map((name) => [name, float32(Array(n).fill(1), [n])]));
/** Each modality absent from every fifth example, none from two of three. */
const some = Object.fromEntries(
  names.map((name, m) => [
    name,
    float32(
      Array.from({ length: n }, (_, i) => Number(i % 5 !== m)),
      [n],
    ),
  ]),
);
/** A common part seen through a matrix of each modality's own, with noise. */
const common = drawn(n, width);
const noisy = Object.fromEntries(
  names.map((name) => [name, arrayOf(common.mmul(drawn(width, width)).add(drawn(n, width).mul(0.7)))]),
);
const has = (present: Record<string, NDArray>, name: string, i: number) => present[name].data[i] === 1;

/** Σ_m ‖T_m(f_m) − h‖² over the examples. */
function spread(
  maps: LinearMaps,
  features: Record<string, NDArray>,
  present: Record<string, NDArray>,
): number {
  const mapped = transform(maps, features);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const rows = names
      .filter((name) => has(present, name, i))
      .map((name) => matrixOf(mapped[name]).getRow(i));
    const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
    for (const row of rows) total += row.reduce((sum, x, k) => sum + (x - mean[k]) ** 2, 0);
  }
  return total;
}

describe("Procrustes", () => {
  const rotation = () => new SVD(drawn(width, width)).leftSingularVectors;

  it.each([
    ["all", everyone],
    ["some", some],
  ])("finds planted rotations and shifts where %s are present", (_, present) => {
    const turned = names.map((name) => [name, rotation()] as const);
    const features = Object.fromEntries(turned.map(([name, q]) => [name, arrayOf(common.mmul(q))]));
    const maps = fitProcrustes(features, present);
    const relative = (name: string) =>
      turned.find(([key]) => key === name)![1].mmul(matrixOf(maps[name].map));
    for (const name of names) {
      const q = matrixOf(maps[name].map);
      expect(Matrix.sub(q.transpose().mmul(q), Matrix.eye(width)).abs().max()).toBeLessThan(1e-6);
      if (present === everyone)
        expect(Matrix.sub(relative(name), relative("a")).abs().max(), name).toBeLessThan(1e-5);
    }
    const shifted = { ...features, b: arrayOf(matrixOf(features.b).add(3)) };
    const again = transform(fitProcrustes(shifted, present), shifted);
    const before = transform(maps, features);
    expect(Matrix.sub(matrixOf(again.b), matrixOf(before.b)).abs().max()).toBeLessThan(1e-4);
  });

  it.each([
    ["all", everyone],
    ["some", some],
  ])("leaves nothing that another rotation would gain where %s are present", (_, present) => {
    const maps = fitProcrustes(noisy, present);
    const least = spread(maps, noisy, present);
    for (let trial = 0; trial < 30; trial++) {
      const name = names[trial % 3];
      const skew = drawn(width, width).mul(10 ** -(1 + (trial % 2)));
      const tilt = new SVD(Matrix.add(Matrix.eye(width), Matrix.sub(skew, skew.transpose())));
      const turn = tilt.leftSingularVectors.mmul(tilt.rightSingularVectors.transpose());
      const other = { ...maps[name], map: arrayOf(matrixOf(maps[name].map).mmul(turn)) };
      expect(spread({ ...maps, [name]: other }, noisy, present)).toBeGreaterThan(least);
    }
  });
});

/** C^−½ of a symmetric matrix. */
function inverseRoot(c: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: q } = new EVD(c, { assumeSymmetric: true });
  return q.mmul(Matrix.diag(realEigenvalues.map((x) => x ** -0.5))).mmul(q.transpose());
}

/** The rows of a modality, centred where present and zero elsewhere. */
function centred(name: string, present: Record<string, NDArray>): Matrix {
  const x = matrixOf(noisy[name]);
  const here = [...Array(n).keys()].filter((i) => has(present, name, i));
  const mean = x.selection(here, [...Array(width).keys()]).mean("column");
  return new Matrix(
    x.to2DArray().map((row, i) => row.map((value, k) => (has(present, name, i) ? value - mean[k] : 0))),
  );
}

describe("GCCA", () => {
  it("of two modalities has λ = (1 + ρ) / 2, ρ their canonical correlations", () => {
    const two = { a: noisy.a, b: noisy.b };
    const [x, y] = ["a", "b"].map((name) => centred(name, everyone));
    const [cx, cy] = [x, y].map((z) => inverseRoot(z.transpose().mmul(z)));
    const { diagonal } = new SVD(cx.mmul(x.transpose()).mmul(y).mmul(cy));
    const { eigenvalues: values } = fitGcca(two, { a: everyone.a, b: everyone.b });
    for (const [k, value] of values.data.entries()) expect(value).toBeCloseTo((1 + diagonal[k]) / 2, 3);
  });

  it("solves the eigenproblem of all examples, with what is absent left out", () => {
    const { maps, eigenvalues } = fitGcca(noisy, some);
    const counts = Array.from({ length: n }, (_, i) => names.filter((name) => has(some, name, i)).length);
    const root = Matrix.diag(counts.map((k) => k ** -0.5));
    const projections = names.map((name) => {
      const x = centred(name, some);
      return x.mmul(inverse(x.transpose().mmul(x))).mmul(x.transpose());
    });
    const m = root.mmul(projections.reduce((a, b) => Matrix.add(a, b))).mmul(root);
    const { realEigenvalues } = new EVD(m, { assumeSymmetric: true });
    const largest = [...realEigenvalues].sort((a, b) => b - a);
    for (const [k, value] of eigenvalues.data.entries()) expect(value).toBeCloseTo(largest[k], 3);

    const trace = counts.reduce((a, b) => a + b);
    const mapped = names.map((name) => centred(name, some).mmul(matrixOf(maps[name].map)));
    const sum = mapped.reduce((a, b) => Matrix.add(a, b));
    const g = sum.divColumnVector(counts).divRowVector([...eigenvalues.data]);
    const gram = g.transpose().mmul(Matrix.diag(counts)).mmul(g).div(trace);
    expect(
      Matrix.sub(gram, Matrix.eye(width / 2))
        .abs()
        .max(),
    ).toBeLessThan(1e-3);
    const left = names.reduce((total, name, j) => {
      const rows = Matrix.sub(g, mapped[j]).to2DArray();
      return (
        total +
        rows.reduce((s, row, i) => s + (has(some, name, i) ? row.reduce((t, v) => t + v * v, 0) : 0), 0)
      );
    }, 0);
    const lost = [...eigenvalues.data].reduce((total, value) => total + 1 - value, 0);
    expect(left / trace).toBeCloseTo(lost, 3);
  });

  it("recovers what the modalities have in common, exactly where there is no noise", () => {
    const exact = Object.fromEntries(names.map((name) => [name, arrayOf(common.mmul(drawn(width, width)))]));
    for (const value of fitGcca(exact, some).eigenvalues.data) expect(value).toBeGreaterThan(0.97);
    for (const value of fitGcca(exact, everyone).eigenvalues.data) expect(value).toBeCloseTo(1, 2);
  });
});

describe("deep GCCA", () => {
  const solved = (features: Record<string, NDArray>) => fitGcca(features, everyone) as unknown as Arrays;
  const slopes = (f: Tensors, present: never, held: Tensors) =>
    valueAndGradient((x: Tensors): [Tensor, Tensors] => [
      dgcca.loss(x as never, present, {}, held as never),
      {},
    ])(f);
  const [loss, ...gradient] = (() => {
    const out = eager(slopes as never, [noisy, everyone, solved(noisy)] as Arrays[], "float64");
    return [out[0], ...out.slice(-3)];
  })();
  /** What is left at the optimum: the number of modalities times the mean of 1 − λ. */
  const optimum = (features: Record<string, NDArray>) => {
    const values = [...fitGcca(features, everyone).eigenvalues.data];
    return (3 * values.reduce((total, value) => total + 1 - value, 0)) / values.length;
  };

  it("is what the correlations leave", () => {
    expect(loss[0]).toBeCloseTo(optimum(noisy), 3);
  });

  it("has the gradient of the optimum, though what is solved is held constant", () => {
    for (let trial = 0; trial < 5; trial++) {
      const direction = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
      const at = (t: number) =>
        optimum(
          Object.fromEntries(
            names.map((name) => [
              name,
              arrayOf(Matrix.add(matrixOf(noisy[name]), matrixOf(direction[name]).mul(t))),
            ]),
          ),
        );
      const step = 2 ** -6;
      const slope = (at(step) - at(-step)) / (2 * step);
      const along = names.reduce(
        (total, name, m) => total + gradient[m].reduce((s, g, i) => s + g * direction[name].data[i], 0),
        0,
      );
      expect(Math.abs(along - slope)).toBeLessThan(5e-3 * Math.hypot(...gradient.flat()));
    }
  });
});
