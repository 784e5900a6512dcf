/** Tables as tasks, end to end: what a label means differs from group to group, so a task is learned from its own support. */

import { expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { createDataset, type Example, evaluate, metaTrain } from "../src/index.js";
import type { LearnerName } from "../src/model/recipe-choices.js";

/** In each group, classes lie along a direction of its own, in any order: classes of all groups together say nothing. */
const examples = Array.from({ length: 30 }, (_, g): Example[] => {
  const draw = random(5, "group", g);
  const ways = 2 + (g % 3);
  const centres = Array.from({ length: ways }, () => Array.from({ length: 4 }, () => 3 * draw.normal()));
  return Array.from({ length: 8 * ways }, (_, i) => ({
    group: `g${g}`,
    label: `${i % ways}`,
    x: centres[i % ways].map((centre) => centre + 0.5 * draw.normal()),
  }));
}).flat();

const train = (learner: LearnerName, way?: number) =>
  metaTrain({
    data: createDataset({ name: "tables", examples, groupAsTask: true }),
    learner,
    width: 8,
    episode: { shot: 2, ...(way ? { way } : {}) },
    train: { steps: 30, evalEvery: 30, evalEpisodes: 10 },
    seed: 1,
  }).model();
const data = createDataset({ name: "tables", examples, groupAsTask: true });

it("is trained, scored on unseen groups and adapted to one group", async () => {
  const model = await train("prototypical");
  expect(model.card.classes.test.every((name) => /^g\d+$/.test(name))).toBe(true);
  const scored = await evaluate(model, { data, episodes: 40, shot: 2, seed: 1 });
  expect(scored.unit).toBe("group");
  const [fused, chance] = ["fused", "chance"].map((kind) => scored.rows.find((row) => row.kind === kind)!);
  expect(chance.accuracy).toBeGreaterThan(1 / 4);
  expect(chance.accuracy).toBeLessThan(1 / 2);
  expect(fused.accuracy! - fused.halfWidth).toBeGreaterThan(chance.accuracy! + 0.2);
  const of = (group: string) => data.rows.filter((row) => row.group === group);
  await expect(model.adapt({ ...data, rows: [...of("g0"), ...of("g1")] })).rejects.toThrow(
    /field "group": the group is "g1" here and "g0".*each group is a task/,
  );
  expect((await model.adapt({ ...data, rows: of("g2") })).classes).toEqual(["0", "1", "2", "3"]);
});

it("is learned at one way by what learns for one", async () => {
  const model = await train("boil", 3);
  const scored = await evaluate(model, { data, episodes: 5, shot: 2 });
  expect(scored).toMatchObject({ way: 3, unit: "group" });
  expect(scored.rows.at(-1)!.accuracy).toBeCloseTo(1 / 3, 9);
});
