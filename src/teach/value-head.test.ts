/** Numbers as labels: linear data, modalities without signal, and missing modalities. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import type { EmbeddedExample } from "./types.js";
import { ValueHead } from "./value-head.js";

const kinds = {
  features: { kind: "vector", options: {} },
  noise: { kind: "vector", options: {} },
} as const;

/** Examples with target 100 + 7 x_0 − 4 x_1 of standard normal features, and a modality of noise. */
function examplesOf(n: number, seed: number): EmbeddedExample[] {
  const { normal } = random(seed, "numbers");
  return Array.from({ length: n }, (_, i) => {
    const features = [normal(), normal(), normal()];
    const target = 100 + 7 * features[0] - 4 * features[1];
    const values = { features, noise: [normal(), normal()] };
    return { id: String(i), target, digests: {}, vectors: {}, values };
  });
}

const without = (example: EmbeddedExample, ...modalities: string[]): EmbeddedExample => ({
  ...example,
  values: Object.fromEntries(Object.entries(example.values).filter(([name]) => !modalities.includes(name))),
});

async function rootMeanSquare(head: ValueHead, queries: readonly EmbeddedExample[]): Promise<number> {
  let sum = 0;
  for (const query of queries) sum += ((await head.predict(query)).value - query.target!) ** 2;
  return Math.sqrt(sum / queries.length);
}

describe("ValueHead", async () => {
  const support = examplesOf(60, 1);
  const queries = examplesOf(60, 2);
  const head = await ValueHead.fit(support, kinds);

  it("learns linear data", async () => {
    expect(await rootMeanSquare(head, queries)).toBeLessThan(2.5);
  });

  it("weighs modalities by their leave-one-out error", async () => {
    const { weights } = await head.predict(queries[0]);
    expect(weights.features).toBeGreaterThan(0.8);
    expect(weights.features + weights.noise).toBeCloseTo(1, 9);
  });

  it("predicts with a modality missing, and the mean of the support without any", async () => {
    const partial = queries.map((query) => without(query, "noise"));
    expect(await rootMeanSquare(head, partial)).toBeLessThan(2.5);
    const { value, weights } = await head.predict(without(queries[0], "features", "noise"));
    expect(value).toBeCloseTo(support.reduce((sum, { target }) => sum + target!, 0) / 60, 9);
    expect(weights).toEqual({});
  });

  it("predicts a constant from equal targets", async () => {
    const constant = support.slice(0, 4).map((example) => ({ ...example, target: 3 }));
    const { value } = await (await ValueHead.fit(constant, kinds)).predict(queries[0]);
    expect(value).toBeCloseTo(3, 9);
  });
});
