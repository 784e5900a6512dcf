/** Properties of the product of experts on random tasks, whatever its constants are. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { evidenceOf, type LabelledVectors, Product, type Vectors } from "./product.js";

const kinds = { photo: "image", caption: "text" } as const;
const NETWORK = "photo/network";
const TEXT = "caption/network";

/** Examples of class `label` with a unit vector per expert: the class's direction, as strong as `signal`, and noise. */
function examplesOf(labels: readonly number[], signals: Readonly<Record<string, number>>, seed = 1) {
  const { normal } = random(seed, "product");
  const width = 24;
  return labels.map((label): LabelledVectors => {
    const vectors = Object.entries(signals).map(([expert, signal]): [string, Float32Array] => {
      const vector = Float32Array.from({ length: width }, (_, k) => normal() + (k === label ? signal : 0));
      const length = Math.hypot(...vector);
      return [expert, vector.map((x) => x / length)];
    });
    return { label, vectors: Object.fromEntries(vectors) };
  });
}

const labelsOf = (way: number, shot: number) => Array.from({ length: way * shot }, (_, i) => i % way);
const only = (vectors: Vectors, ...experts: string[]): Vectors =>
  Object.fromEntries(experts.map((expert) => [expert, vectors[expert]]));
const best = (total: Float64Array) => total.indexOf(Math.max(...total));
function accuracy(product: Product, queries: readonly LabelledVectors[]): number {
  const right = queries.filter(({ vectors, label }) => best(product.evidence(vectors).total) === label);
  return right.length / queries.length;
}
const close = (a: Float64Array, b: Float64Array) => {
  expect(a).toHaveLength(b.length);
  for (const [i, x] of a.entries()) expect(x).toBeCloseTo(b[i], 7);
};

const both = { [NETWORK]: 6, [TEXT]: 6 };

describe.each([
  ["linear", 4, 3],
  ["curved", 4, 10],
])("%s experts of %i classes with %i examples", (_, way, shot) => {
  const support = examplesOf(labelsOf(way, shot), both);
  const queries = examplesOf(labelsOf(way, 10), both, 2);
  const product = new Product(support, way, kinds);

  it("predict the classes", () => {
    expect(accuracy(product, queries)).toBeGreaterThan(0.8);
  });

  it("add up, and a missing one leaves the others' evidence as it is", () => {
    const { vectors } = queries[0];
    const evidences = [NETWORK, TEXT].map((expert) => product.evidence(only(vectors, expert)).total);
    const { total, strengths } = product.evidence(vectors);
    close(
      total,
      evidences[0].map((x, c) => x + evidences[1][c]),
    );
    expect(Object.keys(strengths).sort()).toEqual([TEXT, NETWORK].sort());
    const alone = new Product(
      support.map(({ vectors, label }) => ({ label, vectors: only(vectors, TEXT) })),
      way,
      kinds,
    );
    close(alone.evidence(vectors).total, evidences[1]);
  });

  it("do not depend on the order of classes", () => {
    const order = [2, 0, 3, 1];
    const renamed = support.map(({ vectors, label }) => ({ vectors, label: order[label] }));
    const other = new Product(renamed, way, kinds).evidence(queries[1].vectors).total;
    close(
      product.evidence(queries[1].vectors).total,
      order.reduce((total, to, c) => total.with(c, other[to]), new Float64Array(way)),
    );
  });

  it("do not depend on the order of examples", () => {
    const reversed = new Product([...support].reverse(), way, kinds);
    for (const { vectors } of queries.slice(0, 5))
      close(reversed.evidence(vectors).total, product.evidence(vectors).total);
  });

  it("give a left-out example what experts without it give, up to their constants", () => {
    const left = product.leaveOneOut();
    expect(left.map(({ row }) => row)).toEqual([...support.keys()]);
    const agree = left.filter(({ row, evidence }) => {
      const without = new Product(support.toSpliced(row, 1), way, kinds);
      return best(without.evidence(support[row].vectors).total) === best(evidence.total);
    });
    expect(agree.length / left.length).toBeGreaterThan(0.9);
  });
});

it("adds up the closeness of the experts that took part", () => {
  const product = new Product(examplesOf(labelsOf(3, 2), both), 3, kinds);
  const [{ vectors }] = examplesOf([1], both, 2);
  const { closeness } = product.evidence(vectors);
  for (let c = 0; c < 3; c++) {
    const terms = [NETWORK, TEXT].map((name) => {
      const expert = product.experts.get(name)!;
      return evidenceOf(expert.strength) * expert.closeness.of(vectors[name], c);
    });
    expect(closeness(c)).toBeCloseTo(terms[0] + terms[1], 10);
    expect(product.evidence(only(vectors, TEXT)).closeness(c)).toBeCloseTo(terms[1], 10);
  }
});

it("gives an expert without signal little weight", () => {
  const support = examplesOf(labelsOf(4, 8), { [NETWORK]: 6, [TEXT]: 0 });
  const { strengths } = new Product(support, 4, kinds).evidence(support[0].vectors);
  expect(strengths[TEXT].discriminability).toBeLessThan(0.4 * strengths[NETWORK].discriminability);
});

it("works for two classes with one example each", () => {
  const product = new Product(examplesOf([0, 1], { [NETWORK]: 12 }), 2, kinds);
  expect(accuracy(product, examplesOf(labelsOf(2, 20), { [NETWORK]: 12 }, 2))).toBeGreaterThan(0.9);
  expect(product.leaveOneOut()).toEqual([]);
});

it("is not drawn to a class with more examples", () => {
  const labels = [...new Array<number>(30).fill(0), 1, 1, 2, 2, 2];
  const product = new Product(examplesOf(labels, both), 3, kinds);
  const queries = examplesOf(labelsOf(3, 30), { [NETWORK]: 0, [TEXT]: 0 }, 2);
  const drawn = queries.filter(({ vectors }) => best(product.evidence(vectors).total) === 0);
  expect(drawn.length / queries.length).toBeLessThan(0.45);
  expect(accuracy(product, examplesOf(labelsOf(3, 30), both, 3))).toBeGreaterThan(0.7);
});

it("takes examples that are equal, also of different classes", () => {
  const [a, b] = examplesOf([0, 1], both);
  const product = new Product([a, a, a, b, b, b, { ...a, label: 1 }], 2, kinds);
  const { total } = product.evidence(a.vectors);
  expect(total.every(Number.isFinite)).toBe(true);
  expect(best(total)).toBe(0);
});

it("knows a class by the only modality that its examples have", () => {
  const labels = labelsOf(3, 5);
  const support = examplesOf(labels, { [NETWORK]: 9, [TEXT]: 9 }).map((example) =>
    example.label === 2 ? { ...example, vectors: only(example.vectors, TEXT) } : example,
  );
  const product = new Product(support, 3, kinds);
  const queries = examplesOf(labelsOf(3, 20), { [NETWORK]: 9, [TEXT]: 9 }, 2);
  expect(accuracy(product, queries)).toBeGreaterThan(0.85);
  expect(product.evidence(only(queries[0].vectors, NETWORK)).total[2]).toBe(0);
});

it("has no evidence for an example without a common expert", () => {
  const product = new Product(examplesOf([0, 1], { [NETWORK]: 6 }), 2, kinds);
  const { total, strengths } = product.evidence({});
  expect({ total, strengths }).toEqual({ total: new Float64Array(2), strengths: {} });
});
