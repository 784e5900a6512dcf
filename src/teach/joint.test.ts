/** Which supports have joint vectors, what they are, and that their expert takes part. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { ClassHead } from "./class-head.js";
import { jointModalities, jointVectors } from "./joint.js";
import type { EmbeddedExample } from "./types.js";

const stream = random(1, "joint");

/** Texts of `classes` classes, whose network vectors lie around a class's own. */
function texts(classes: number, perClass: number, encoders = ["network", "ngrams"]): EmbeddedExample[] {
  return Array.from({ length: classes }, (_, c) => {
    const centre = Array.from({ length: 80 }, () => stream.normal());
    return Array.from({ length: perClass }, (_, i): EmbeddedExample => {
      const network = Float32Array.from(centre, (x) => x + 0.5 * stream.normal());
      const ngrams = new Float32Array(4096);
      for (let k = 0; k < 20; k++) ngrams[(97 * c + 13 * k) % 4096] = 1;
      ngrams[i] += 1;
      const own: Record<string, Float32Array> = { network, ngrams };
      const vectors = Object.fromEntries(encoders.map((name) => [`text/${name}`, own[name]]));
      return { id: `${c}/${i}`, label: `class ${c}`, digests: { text: `${c}/${i}` }, vectors, values: {} };
    });
  }).flat();
}

const kinds = { text: { kind: "text", options: {} } } as const;

it("there are joint vectors among many classes of several texts that both encoders read", () => {
  expect(jointModalities(texts(64, 2))).toEqual(["text"]);
  expect(jointModalities(texts(63, 4))).toEqual([]);
  expect(jointModalities(texts(100, 1))).toEqual([]);
  expect(jointModalities(texts(64, 2, ["ngrams"]))).toEqual([]);
});

it("their inner products are the shared sum of those of the encoders", () => {
  const [a, b] = texts(1, 2).map(({ vectors }) => vectors);
  const inner = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0);
  const of = (vectors: EmbeddedExample["vectors"]) => jointVectors(vectors, ["text"])["text/joint"];
  const expected =
    0.7 * inner(a["text/network"], b["text/network"]) + 0.3 * inner(a["text/ngrams"], b["text/ngrams"]);
  expect(inner(of(a), of(b)) / expected).toBeCloseTo(1, 5);
  expect(jointVectors({ "text/ngrams": a["text/ngrams"] }, ["text"])).toEqual({});
});

it("the joint expert takes part in predictions, and in no task of fewer classes", async () => {
  const examples = texts(64, 3);
  const [support, queries] = [0, 1].map((last) => examples.filter((_, i) => Number(i % 3 === 2) === last));
  const head = await ClassHead.fit(support, kinds);
  expect([...head.product.experts.keys()]).toEqual(["text/joint", "text/network", "text/ngrams"]);
  const outcomes = await head.predictAll(queries);
  const right = outcomes.filter(({ best }, i) => head.classes[best] === queries[i].label).length;
  expect(right / queries.length).toBeGreaterThan(0.95);
  const few = await ClassHead.fit(texts(10, 3), kinds);
  expect([...few.product.experts.keys()]).toEqual(["text/network", "text/ngrams"]);
});
