import { expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { fitLogistic } from "./logistic.js";

it("is where the penalised likelihood has no slope", () => {
  const [n, size, way] = [12, 5, 3];
  const draw = random(4, "logistic");
  const drawn = Array.from({ length: n }, () => Array.from({ length: size }, () => draw.normal()));
  const means = drawn[0].map((_, c) => drawn.reduce((sum, row) => sum + row[c], 0) / n);
  const rows = drawn.map((row) => row.map((x, c) => x - means[c]));
  const labels = rows.map((_, i) => i % way);
  const logits = fitLogistic(rows, labels, way);
  const zero = logits(Array(size).fill(0));
  const weight = Array.from({ length: size }, (_, c) =>
    logits(Array.from({ length: size }, (_, k) => Number(k === c))).map((z, k) => z - zero[k]),
  );
  const away = rows.map((row, i) => {
    const raised = logits(row).map(Math.exp);
    const all = raised.reduce((a, b) => a + b);
    return raised.map((p, k) => p / all - Number(labels[i] === k));
  });
  for (let k = 0; k < way; k++) {
    expect(away.reduce((sum, row) => sum + row[k], 0)).toBeCloseTo(0, 6);
    for (let c = 0; c < size; c++)
      expect(rows.reduce((sum, row, i) => sum + row[c] * away[i][k], 0) + weight[c][k]).toBeCloseTo(0, 6);
  }
});
