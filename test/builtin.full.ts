/** A short training on built-in encoders: above chance on unseen classes, and the same bytes again. */

import { expect, it } from "vitest";
import { createDataset } from "../src/data/index.js";
import { evaluate } from "../src/evaluate/index.js";
import { metaTrain } from "../src/train/index.js";

const verbs = ["order", "cancel", "explain", "repeat", "find", "send"];
const things = ["a pizza", "the meeting", "my invoice", "that song"];
const ways = ["please", "could you", "i want to", "it is time to", "help me"];

const data = createDataset({
  name: "requests",
  examples: verbs.flatMap((verb, v) =>
    things.flatMap((thing) =>
      ways.map((way) => ({
        label: `${verb} ${thing}`,
        split: v < 3 ? ("train" as const) : v < 4 ? ("val" as const) : ("test" as const),
        words: `${way} ${verb} ${thing}`,
      })),
    ),
  ),
});

it("learns from few steps, reproducibly", async () => {
  const train = () =>
    metaTrain({
      data,
      encoders: "default",
      episode: { way: 4, query: 2 },
      train: { steps: 10, evalEvery: 5, evalEpisodes: 20 },
      seed: 1,
    }).model();
  const [first, second] = [await train(), await train()];
  expect(second.weights).toEqual(first.weights);
  const { rows } = await evaluate(first, { data, way: 4, shot: 1, episodes: 50 });
  expect(rows[0].accuracy).toBeGreaterThan(0.8);
});
