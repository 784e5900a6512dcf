/** A task is a function of the set of its support examples: their order changes no byte of it. */

import { describe, expect, it } from "vitest";
import { inLane, laneOfLearner } from "../../test/support/lane.js";
import { random } from "../base/random.js";
import { createDataset, type Example, metaTrain, type RecipeInput, type Split } from "../index.js";
import { learners } from "../learner/index.js";

const splits: readonly Split[] = [
  "train",
  "train",
  "train",
  "train",
  "val",
  "val",
  "val",
  "test",
  "test",
  "test",
];

/** Example `i` of class `k`: a vector about a mean of the class; every third lacks its table cells. */
function example(k: number, i: number): Example {
  const r = random(4, "order", k, i);
  const vector = Array.from({ length: 5 }, (_, d) => Math.sin(k * d) + r.uniform());
  return {
    label: `class ${k}`,
    split: splits[k],
    vector,
    ...(i % 3 === 2 ? {} : { other: [r.uniform(), k, i] }),
  };
}

const data = createDataset({
  name: "vectors",
  examples: splits.flatMap((_, k) => Array.from({ length: 6 }, (_, i) => example(k, i))),
});
const support = [7, 8, 9].flatMap((k) => Array.from({ length: 4 }, (_, i) => example(k, i)));
const queries = [7, 8, 9].map((k) => example(k, 5));

/** The same examples in an order drawn by `seed`. */
const shuffled = (seed: number): Example[] => {
  const r = random(seed, "shuffle");
  return support
    .map((example) => ({ example, key: r.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ example }) => example);
};

const choices: readonly { readonly name: string; readonly learner: RecipeInput["learner"] }[] = [
  ...(Object.keys(learners) as (keyof typeof learners)[]).map((name) => ({ name, learner: name })),
  { name: "reptile in minibatches", learner: { name: "reptile", innerBatchSize: 3 } },
];
const laneOf = ({ name }: { readonly name: string }) =>
  name.startsWith("reptile") ? ("test" as const) : laneOfLearner(name);

describe.each(inLane(choices, laneOf))("$name", ({ name, learner }) => {
  it("predicts the same after a shuffle of the support", async () => {
    const isClosed = name === "supervised";
    const model = await metaTrain({
      data,
      learner,
      width: 4,
      threads: 1,
      ...(!isClosed && { episode: { way: 3, shot: 1, query: 1 } }),
      train: { steps: 0 },
    }).model();
    const predictAfter = async (examples: readonly Example[]) =>
      (await model.adapt(examples)).predictAll(queries);
    const expected = await predictAfter(support);
    for (const seed of [1, 2]) expect(await predictAfter(shuffled(seed))).toEqual(expected);
  });
});
