/** Regression by the defaults: no learner diverges on any scale of labels or inputs, and each beats the support's mean. */

import { describe, expect, it } from "vitest";
import { createDataset, type Dataset, evaluate, metaTrain } from "../src/index.js";
import { learnersOf } from "../src/learner/index.js";
import { prices } from "./support/prices.js";
import { sines } from "./support/sines.js";

const towns = { train: 60, val: 12, test: 20 };

/** Sine curves as a user has them, whose inputs are standardised. */
function curves(): Dataset {
  const examples = sines(towns, 20).rows.map(({ id, target, group, split, values }) => ({
    ...values,
    id,
    label: target,
    group,
    split,
  }));
  return createDataset({ name: "curves", examples });
}

const sets: Record<string, Dataset> = {
  "sine curves": curves(),
  "prices of 250,000 ± 5,000": prices(towns, 20),
  "prices whose level differs by town": prices(towns, 20, { spread: 2_000, level: 100_000 }),
};

describe.each(Object.keys(sets))("on %s", (name) => {
  it.each(learnersOf("regression"))("%s predicts better than the support's mean", async (learner) => {
    const run = metaTrain({
      data: sets[name],
      learner: learner as never,
      episode: { shot: 5, query: 10 },
      train: { steps: 100, evalEvery: 100, evalEpisodes: 30 },
      seed: 1,
      threads: 1,
    });
    for await (const event of run) {
      expect(event.type).not.toBe("warning");
      if (event.type === "step") expect(event.loss).toBeLessThan(20);
    }
    const { rows } = await evaluate(await run.model(), { data: sets[name], episodes: 100, query: 10 });
    expect(rows[0].mse!).toBeLessThan(rows.at(-1)!.mse!);
  });
});

it.each(
  learnersOf("regression"),
)("%s does not diverge on inputs that are not standardised", async (learner) => {
  const data = sines(towns, 20);
  const train = { steps: 30, evalEvery: 30, evalEpisodes: 4 };
  for await (const event of metaTrain({
    data,
    learner: learner as never,
    episode: { shot: 5 },
    train,
    threads: 1,
  }))
    if (event.type === "step") expect(event.loss).toBeLessThan(100);
});
