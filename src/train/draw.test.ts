import { expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { arraysOf } from "../../test/support/tiny.js";
import { ModelDefinition, parseRecipe } from "../model/index.js";
import { prepareData } from "./data.js";
import { type Drawing, drawer, drawMeanwhile, drawNow } from "./draw.js";
import { metaTrain } from "./train.js";

it.each([
  { kind: "task-parallel", chunk: 1 },
  { kind: "vmap", chunk: 3 },
] as const)("draws the same at once and with pauses, $kind", async (plan) => {
  const recipe = parseRecipe(
    {
      width: 4,
      encoders: { image: "conv4", strokes: "sequence" },
      episode: { way: 3, query: 2 },
      train: { metaBatch: 6 },
      augment: true,
    },
    "test",
  );
  const data = await prepareData(tinyDataset(), recipe, { way: 3 });
  const draw = drawer(data, new ModelDefinition(recipe, data.specs), plan);
  const values = (programs: ReturnType<typeof drawNow>) =>
    programs.map((episodes) => arraysOf(episodes).map(([path, { data }]) => [path, [...data]]));
  const atOnce = values(drawNow(draw(1)));
  expect(atOnce).toHaveLength(6 / plan.chunk);
  expect(values(drawNow(draw(3)))).not.toEqual(atOnce);
  expect(values(await drawMeanwhile(draw(1)))).toEqual(atOnce);
});

it("gives others their turns while it draws", async () => {
  const order: string[] = [];
  const slow = (function* (): Drawing {
    for (const part of ["first", "second"]) {
      for (const started = performance.now(); performance.now() - started < 2; );
      order.push(part);
      yield;
    }
    return [];
  })();
  setImmediate(() => order.push("other"));
  await drawMeanwhile(slow);
  expect(order).toEqual(["first", "other", "second"]);
});

it("says of each step how long it waited for the next one's episodes", async () => {
  const run = metaTrain({
    data: tinyDataset(),
    width: 4,
    episode: { way: 3 },
    train: { steps: 3, evalEvery: 3, evalEpisodes: 2 },
    threads: 1,
  });
  const started = performance.now();
  const waits: number[] = [];
  for await (const event of run) if (event.type === "step") waits.push(event.secondsWaited);
  expect(waits).toHaveLength(3);
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(0);
  expect(waits.reduce((a, b) => a + b)).toBeLessThan((performance.now() - started) / 1000);
});
