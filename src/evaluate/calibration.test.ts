import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { probabilitiesOf } from "../objective/index.js";
import { calibrationError, confidenceOf, fitTemperature, type LabelledLogits } from "./calibration.js";

const WAY = 4;

/** Answers whose labels are drawn from softmax(z), told as logits z · `scale`. */
const drawn = (count: number, scale: number): LabelledLogits[] => {
  const r = random(5, "answers");
  return Array.from({ length: count }, () => {
    const z = Array.from({ length: WAY }, () => 2 * r.normal());
    let left = r.uniform();
    const label = probabilitiesOf(z).findIndex((p) => {
      left -= p;
      return left < 0;
    });
    return { logits: z.map((value) => value * scale), label: label < 0 ? WAY - 1 : label };
  });
};

const errorAt = (answers: readonly LabelledLogits[], temperature: number) =>
  calibrationError(answers.map((answer) => confidenceOf(answer, temperature)));

/** Logits of one answer of two classes whose probability is `p`, and whether it is right. */
const sure = (p: number, right: boolean): LabelledLogits => ({
  logits: [Math.log(p), Math.log(1 - p)],
  label: right ? 0 : 1,
});
const several = (p: number, right: number, all: number) =>
  Array.from({ length: all }, (_, i) => sure(p, i < right));

describe("calibrationError", () => {
  it("is the gap between confidence and accuracy, bin by bin, weighted by answers", () => {
    const answers = [...several(0.9, 7, 10), ...several(0.62, 20, 30)];
    const expected = (10 / 40) * Math.abs(0.7 - 0.9) + (30 / 40) * Math.abs(20 / 30 - 0.62);
    expect(errorAt(answers, 1)).toBeCloseTo(expected, 12);
  });

  it("lets gaps of one bin cancel, and not those of two", () => {
    expect(errorAt([...several(0.9, 10, 10), ...several(0.9, 8, 10)], 1)).toBeCloseTo(0, 12);
    expect(errorAt([...several(0.7, 10, 10), ...several(0.99, 8, 10)], 1)).toBeGreaterThan(0.2);
  });

  it("puts a probability of 1, and one at a bin's end, where its definition does", () => {
    expect(errorAt([{ logits: [800, 0], label: 0 }], 1)).toBe(0);
    // 10 / 15 is the end of the tenth bin, and so with 0.65 and apart from 0.68.
    const end = several(10 / 15, 1, 1);
    expect(errorAt([...end, ...several(0.65, 0, 1)], 1)).toBeCloseTo((0.65 + 10 / 15 - 1) / 2, 9);
    expect(errorAt([...end, ...several(0.68, 0, 1)], 1)).toBeCloseTo((0.68 + 5 / 15) / 2, 9);
  });

  it("is small where labels follow the probabilities, and not at another temperature", () => {
    const answers = drawn(10_000, 1);
    expect(errorAt(answers, 1)).toBeLessThan(0.02);
    expect(errorAt(answers, 3)).toBeGreaterThan(0.1);
    expect(errorAt(answers, 1 / 3)).toBeGreaterThan(0.1);
  });
});

describe("fitTemperature", () => {
  it.each([0.05, 0.4, 1, 2.5, 30])("finds what logits were scaled by: %f", (scale) => {
    const fitted = fitTemperature(drawn(5000, scale)) / scale;
    expect(Math.abs(fitted - 1)).toBeLessThan(0.08);
    // Scaling logits scales the temperature and changes nothing else.
    expect(fitted).toBeCloseTo(fitTemperature(drawn(5000, 1)), 4);
  });

  it("is the minimum of the likelihood it states", () => {
    const answers = drawn(300, 1.7);
    const share = 1 / (answers.length + 2);
    const loss = (temperature: number) =>
      answers.reduce((sum, { logits, label }) => {
        const logs = probabilitiesOf(logits, temperature).map(Math.log);
        return sum - (1 - share) * logs[label] - (share / WAY) * logs.reduce((a, b) => a + b);
      }, 0);
    const best = fitTemperature(answers);
    for (const factor of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) expect(loss(best)).toBeLessThan(loss(best * factor));
  });

  it("makes two classes as sure as they are right, in closed form", () => {
    // 75 of 100 right at log-odds z: (1 − s) 0.75 + s / 2 of the labels are for the first class, s = 1 / 102.
    const answers = several(0.9, 75, 100);
    const target = (1 - 1 / 102) * 0.75 + 0.5 / 102;
    const logOdds = Math.log(0.9 / 0.1);
    expect(fitTemperature(answers)).toBeCloseTo(logOdds / Math.log(target / (1 - target)), 4);
  });

  it("stays finite where all are right, where all are wrong, and where nothing is said", () => {
    const right = fitTemperature(several(0.6, 50, 50));
    expect(right).toBeGreaterThan(0.01);
    expect(right).toBeLessThan(1);
    expect(fitTemperature(several(0.9, 0, 50))).toBeGreaterThan(10);
    expect(fitTemperature([{ logits: [2, 2], label: 0 }])).toBe(1);
    expect(fitTemperature([])).toBe(1);
  });
});
