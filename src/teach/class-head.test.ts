/** The head of a task of classes on vectors and values: predictions, weights, unknown examples and the nearest ones. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { ClassHead } from "./class-head.js";
import type { EmbeddedExample } from "./types.js";

const kinds = {
  photo: { kind: "image", options: {} },
  size: { kind: "vector", options: {} },
} as const;
const names = ["ash", "birch", "cedar"];

/** `shot` examples per class, whose photo and size tell the class. */
function examplesOf(shot: number, seed: number, classes = names): EmbeddedExample[] {
  const { normal } = random(seed, "head");
  return Array.from({ length: shot * classes.length }, (_, i) => {
    const c = i % classes.length;
    const vector = Float32Array.from({ length: 40 }, (_, k) => 0.4 * normal() + (k === c ? 3 : 0));
    const length = Math.hypot(...vector);
    return {
      id: `${classes[c]} ${i}`,
      label: classes[c],
      digests: {},
      vectors: { "photo/network": vector.map((x) => x / length) },
      values: { size: [c + 0.1 * normal(), normal()] },
    };
  });
}

describe("ClassHead", async () => {
  const support = examplesOf(6, 1);
  const head = await ClassHead.fit(support, kinds);

  it("predicts classes, with probabilities that add up to 1", async () => {
    for (const query of examplesOf(4, 2)) {
      const { best, probabilities, unknown, weights } = await head.predict(query);
      expect(head.classes[best]).toBe(query.label);
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(probabilities[best]).toBe(Math.max(...probabilities));
      expect(unknown).toBe(false);
      expect(Object.keys(weights).sort()).toEqual(["photo", "size"]);
      expect(weights.photo + weights.size).toBeCloseTo(1, 9);
    }
  });

  it("predicts from either modality alone, and nothing without", async () => {
    for (const query of examplesOf(4, 3)) {
      const photo = await head.predict({ ...query, values: {} });
      expect(head.classes[photo.best]).toBe(query.label);
      expect(photo.weights).toEqual({ photo: 1 });
      const size = await head.predict({ ...query, vectors: {} });
      expect(head.classes[size.best]).toBe(query.label);
    }
    const { probabilities, unknown, weights, nearest } = await head.predict({
      ...support[0],
      vectors: {},
      values: {},
    });
    for (const p of probabilities) expect(p).toBeCloseTo(1 / 3, 9);
    expect({ unknown, weights, nearest }).toEqual({ unknown: true, weights: {}, nearest: [] });
  });

  it("names the nearest examples, an equal one first", async () => {
    const { nearest } = await head.predict(support[4]);
    expect(nearest).toHaveLength(3);
    expect(nearest[0]).toMatchObject({ id: support[4].id, label: support[4].label });
    expect(nearest[0].similarity).toBeCloseTo(1, 5);
    expect(nearest.map(({ label }) => label)).toEqual([support[4].label, support[4].label, support[4].label]);
  });

  it("rejects examples of no class", async () => {
    const { normal } = random(4, "others");
    const vector = Float32Array.from({ length: 40 }, (_, k) => (k < 3 ? 0 : normal()));
    const length = Math.hypot(...vector);
    const other = { ...support[0], vectors: { "photo/network": vector.map((x) => x / length) }, values: {} };
    expect((await head.predict(other)).unknown).toBe(true);
  });

  it("is the same whatever the order of examples", async () => {
    const reversed = await ClassHead.fit([...support].reverse(), kinds);
    expect(reversed.classes).toEqual(head.classes);
    expect(reversed.card.scale).toBe(head.card.scale);
    expect(reversed.card.threshold).toBeCloseTo(head.card.threshold, 6);
  });

  it("leaves out the examples whose class has others", async () => {
    const one = { ...examplesOf(1, 5, ["yew"])[0], id: "yew" };
    const { classes, leftOut } = await ClassHead.fit([...support, one], kinds);
    expect(classes).toEqual(["ash", "birch", "cedar", "yew"]);
    expect(leftOut.map(({ row }) => row)).toEqual([...support.keys()]);
    const right = leftOut.filter(
      ({ label, evidence: { total } }) => total.indexOf(Math.max(...total)) === label,
    );
    expect(right.length / leftOut.length).toBeGreaterThan(0.9);
  });
});
