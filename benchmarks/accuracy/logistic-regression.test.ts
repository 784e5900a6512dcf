/** The logistic regression baseline: optimality, and invariance to units. */

import { expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { episode, tableOf } from "../../test/support/baseline-episode.js";
import { fitLogistic, logisticRegression } from "./logistic-regression.js";

it("reaches zero gradient of the penalised negative log-likelihood", () => {
  const [n, columns, way] = [12, 5, 3];
  const generator = random(4, "logistic");
  const drawn = Array.from({ length: n }, () => Array.from({ length: columns }, () => generator.normal()));
  const means = drawn[0].map((_, c) => drawn.reduce((sum, row) => sum + row[c], 0) / n);
  const rows = drawn.map((row) => row.map((x, c) => x - means[c]));
  const labels = rows.map((_, i) => i % way);
  const logits = fitLogistic(rows, labels, way);
  const bias = logits(Array(columns).fill(0));
  const weight = Array.from({ length: columns }, (_, c) =>
    logits(Array.from({ length: columns }, (_, k) => Number(k === c))).map((z, k) => z - bias[k]),
  );
  const residual = rows.map((row, i) => {
    const exponentials = logits(row).map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    return exponentials.map((e, k) => e / sum - Number(labels[i] === k));
  });
  for (let k = 0; k < way; k++) {
    expect(residual.reduce((sum, row) => sum + row[k], 0)).toBeCloseTo(0, 6);
    for (let c = 0; c < columns; c++)
      expect(rows.reduce((sum, row, i) => sum + row[c] * residual[i][k], 0) + weight[c][k]).toBeCloseTo(0, 6);
  }
});

it("is invariant to the units of columns, and ignores constant and missing columns", async () => {
  const rows = [
    [0.1, 0.9],
    [0.8, 0.3],
    [0.3, 0.8],
    [0.7, 0.2],
  ];
  const columns = ["x1", "x2", "x3", "x4"];
  const predict = async (cells: object[]) =>
    logisticRegression(
      await tableOf(
        [...cells, { x1: 0, x2: 0, x3: 1, x4: 1 }].map((table, i) => ({ label: `${i}`, table })),
        { table: { kind: "tabular", columns, standardise: false } },
      ),
      episode,
    );
  expect(await predict(rows.map(([x1, x2]) => ({ x1, x2 })))).toEqual([0, 1]);
  expect(await predict(rows.map(([x1, x2]) => ({ x1: 1e6 + 1e5 * x1, x2: -x2, x3: 5 })))).toEqual([0, 1]);
});
