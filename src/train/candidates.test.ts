import { describe, expect, it } from "vitest";
import { createDataset } from "../data/index.js";
import type { RecipeInput } from "../model/index.js";
import { candidatesOf } from "./candidates.js";
import { metaTrain, type TrainEvent } from "./index.js";

const picture = (side: number) => ({
  width: side,
  height: side,
  channels: 3 as const,
  data: new Uint8Array(3 * side * side),
});
const dataOf = (values: object, more: object = {}) =>
  createDataset({
    name: "made",
    examples: [
      { label: "a", ...values },
      { label: "b", ...values },
    ],
    ...more,
  });
const triesBoth = async (stated: RecipeInput, values: object, more: object = {}) =>
  (await candidatesOf(stated, dataOf(values, more))) !== undefined;

describe("the built-in encoders are tried", () => {
  it("for texts, and for images larger than 48 pixels", async () => {
    expect(await triesBoth({}, { words: "a text" })).toBe(true);
    expect(await triesBoth({}, { image: picture(64) })).toBe(true);
    expect(await triesBoth({}, { image: picture(48) })).toBe(false);
    expect(await triesBoth({}, { numbers: [1, 2] }, { modalities: { numbers: { kind: "vector" } } })).toBe(
      false,
    );
  });

  it("for the modalities that suit them, beside others", async () => {
    const both = await candidatesOf({}, dataOf({ words: "a text", image: picture(20) }));
    expect(both?.builtin.input.encoders).toEqual({ words: "default" });
    expect(both?.scratch.input).toEqual({});
    expect(await triesBoth({ modalities: ["image"] }, { words: "a text", image: picture(20) })).toBe(false);
  });

  it("unless the recipe states the network, its learning rate, no step, or another kind of training", async () => {
    const own: RecipeInput[] = [
      { width: 8 },
      { learner: "maml" },
      { encoders: "default" },
      { augment: true },
      { train: { learningRate: 0.1 } },
      { train: { steps: 0 } },
      { episode: { labelShots: 1 } },
      { closed: true },
    ];
    for (const stated of own) expect(await triesBoth(stated, { words: "a text" })).toBe(false);
    expect(await triesBoth({ train: { steps: 9 }, episode: { way: 3 }, seed: 4 }, { words: "a text" })).toBe(
      true,
    );
  });
});

describe("training by both recipes", () => {
  const pairs = [
    ["cheap flights to rome", "a plane ticket for italy"],
    ["play some jazz", "put on saxophone music"],
    ["is it going to rain", "what will the weather be"],
    ["wake me at seven", "set an alarm for the morning"],
    ["how do i bake bread", "a recipe with flour and yeast"],
    ["transfer money to anna", "send cash from my account"],
    ["turn off the lamp", "switch the light off"],
    ["my car needs new tyres", "the wheels of my vehicle are worn"],
    ["book a table for two", "reserve dinner at a restaurant"],
  ];
  const data = createDataset({
    name: "pairs",
    examples: pairs.flatMap((texts, c) =>
      [...texts, ...texts.map((text) => `${text} please`)].map((words) => ({
        label: `class ${c}`,
        split: c < 4 ? ("train" as const) : c < 8 ? ("val" as const) : ("test" as const),
        words,
      })),
    ),
  });

  it("keeps the one that validates better, and reports both", async () => {
    const run = metaTrain({ data, episode: { query: 1 }, train: { steps: 2, evalEpisodes: 30 }, seed: 1 });
    const events: TrainEvent[] = [];
    for await (const event of run) events.push(event);
    const model = await run.model();
    const { tried, validation } = model.card.training;
    expect(tried?.map(({ name }) => name)).toEqual(["default encoders", "from scratch"]);
    const best = Math.max(...tried!.map(({ accuracy }) => accuracy));
    expect(validation?.accuracy).toBe(best);
    const choice = events.find((event) => event.type === "choice");
    expect(choice).toMatchObject({ tried, chosen: tried!.find(({ accuracy }) => accuracy === best)!.name });
    const parts = events.flatMap((event) => (event.type === "start" ? event.part : []));
    expect(parts).toEqual(["words with default encoders", "words"]);
    expect(parts).toContain(choice?.type === "choice" && choice.part);
    const name = choice?.type === "choice" && choice.chosen === "default encoders" ? "default" : "ngrams";
    expect(model.card.recipe.encoders.words.name).toBe(name);
  });
});
