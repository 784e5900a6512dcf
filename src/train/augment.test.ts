import { expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { arraysOf } from "../../test/support/tiny.js";
import { ModelDefinition, parseRecipe } from "../model/index.js";
import { prepareData } from "./data.js";
import { drawer, drawNow } from "./draw.js";
import { metaTrain } from "./train.js";

/** The episodes of step 1 under `augment`, and the tables before and after they were drawn. */
async function drawn(augment: boolean | string[]) {
  const asked = {
    width: 4,
    encoders: { image: "conv4", strokes: "sequence" },
    episode: { way: 3, query: 2 },
  };
  const recipe = parseRecipe({ ...asked, augment }, "test");
  const data = await prepareData(tinyDataset(), recipe, { way: 3 });
  const tables = () =>
    [data.table, data.validation!.table].flatMap(({ columns }) => columns.image.data.slice());
  const before = tables();
  const draw = drawer(data, new ModelDefinition(recipe, data.specs), { kind: "task-parallel", chunk: 1 });
  const [{ support, query }] = drawNow(draw(1));
  return { support, query, before, after: tables() };
}

it("changes what training sees of the modalities named, support and query, and nothing that is kept", async () => {
  const [plain, all, one] = await Promise.all([drawn(false), drawn(true), drawn(["strokes"])]);
  for (const part of ["support", "query"] as const) {
    expect(all[part].values.image).not.toEqual(plain[part].values.image);
    expect(all[part].values.strokes).not.toEqual(plain[part].values.strokes);
    expect(one[part].values.image).toEqual(plain[part].values.image);
    expect(one[part].values.strokes).toEqual(all[part].values.strokes);
    for (const other of ["present", "mask", "labels"] as const)
      expect(all[part][other]).toEqual(plain[part][other]);
  }
  for (const { before, after } of [plain, all]) expect(after).toEqual(before);
});

it("leaves absent examples at zero", async () => {
  const { support, query } = await drawn(true);
  const absent = [support, query].flatMap(({ values: { image }, present }) => {
    const size = image.data.length / present.image.data.length;
    return [...present.image.data].flatMap((has, i) =>
      has ? [] : [image.data.slice(i * size, (i + 1) * size)],
    );
  });
  expect(absent.length).toBeGreaterThan(0);
  expect(absent.flatMap((array) => [...array]).every((x) => x === 0)).toBe(true);
});

it("teaches other parameters, by the seed", async () => {
  const train = async (augment: boolean) => {
    const steps = { steps: 2, evalEvery: 2, evalEpisodes: 2 };
    const run = metaTrain({
      data: tinyDataset(),
      augment,
      width: 4,
      episode: { way: 3 },
      train: steps,
      threads: 1,
    });
    return arraysOf((await run.model()).weights.params).map(([, { data }]) => [...data]);
  };
  const augmented = await train(true);
  expect(augmented).not.toEqual(await train(false));
  expect(augmented).toEqual(await train(true));
});

it("says which modality named there is not", async () => {
  const run = metaTrain({ data: tinyDataset(), augment: ["sound"], train: { steps: 1 } });
  await expect(run.model()).rejects.toThrow(
    /"sound" is not among the modalities in use; expected .* image, strokes/,
  );
});
