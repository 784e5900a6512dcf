/** Evaluation: what rows there are, whose classes they may see, and that the fast path and the plain one agree. */

import { beforeAll, describe, expect, it } from "vitest";
import { drawing, tinyDataset } from "../../test/support/drawings.js";
import { relativeError } from "../../test/support/eager.js";
import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { createDataset, type Dataset } from "../data/index.js";
import { Engine } from "../engine/index.js";
import { collateEpisode, episodeSampler, loadTable } from "../episode/index.js";
import { InferencePrograms, Model, ModelDefinition } from "../model/index.js";
import { metaTrain } from "../train/index.js";
import { type EvaluateOptions, type Evaluation, evaluate, predictEpisodes } from "./index.js";

const data = tinyDataset();
const fast: EvaluateOptions = { data, way: 3, shot: 1, query: 3, episodes: 12 };
let model: Model;

beforeAll(async () => {
  model = await metaTrain({
    data,
    width: 4,
    episode: { way: 3, shot: 1, query: 2 },
    train: { steps: 4, metaBatch: 2, evalEpisodes: 4, learningRate: 0.01 },
    withUnimodal: true,
    threads: 2,
  }).model();
});

const untimed = ({ rows, ...rest }: Evaluation) => ({
  ...rest,
  rows: rows.map(({ msPerEpisode: _, ...row }) => row),
});

describe("evaluate", () => {
  it("has every row, in order, for two modalities", async () => {
    const { rows, certainty: _, ...protocol } = await evaluate(model, fast);
    expect(protocol).toEqual({
      data: "drawings",
      split: "test",
      task: "classification",
      unit: "class",
      way: 3,
      shot: 1,
      query: 3,
      episodes: 12,
      seed: 0,
      mode: "inductive",
      across: null,
      supportModalities: ["image", "strokes"],
      queryModalities: ["image", "strokes"],
      labelShots: 0,
      mostWay: 4,
      ineligible: [],
      unusedRows: 0,
    });
    const both = ["image", "strokes"];
    expect(rows.map(({ kind, name, support, query }) => [kind, name, support, query])).toEqual([
      ["fused", "image+strokes", both, both],
      ["alone", "image", ["image"], ["image"]],
      ["alone", "strokes", ["strokes"], ["strokes"]],
      ["support-missing", "support without image", ["strokes"], both],
      ["support-missing", "support without strokes", ["image"], both],
      ["query-missing", "query without image", both, ["strokes"]],
      ["query-missing", "query without strokes", both, ["image"]],
      ["untrained", "untrained image+strokes", both, both],
      ["chance", "chance", [], []],
    ]);
    const first = rows[0];
    expect(first.behindFirst).toBeUndefined();
    for (const { kind, accuracy, halfWidth, behindFirst } of rows.slice(1)) {
      if (kind === "chance") expect([accuracy, halfWidth, behindFirst]).toEqual([1 / 3, 0, undefined]);
      else {
        expect(behindFirst!.difference).toBeCloseTo(first.accuracy! - accuracy!, 10);
        expect(behindFirst!.halfWidth).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("has no rows of missing modalities for one modality", async () => {
    const { rows } = await evaluate(model.alone.image, fast);
    expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
      ["fused", "image"],
      ["untrained", "untrained image"],
      ["chance", "chance"],
    ]);
  });

  it("is the same for the same seed, and other episodes for another", async () => {
    const first = untimed(await evaluate(model, fast));
    expect(untimed(await evaluate(model, fast))).toEqual(first);
    expect(untimed(await evaluate(model, { ...fast, seed: 1 })).rows).not.toEqual(first.rows);
  });

  it("gives all rows the same episodes", async () => {
    const { image } = model.alone;
    const twice = new Model({ ...image.card, alone: ["image"] }, image.weights, image.inference.engine, {
      image,
    });
    const { rows } = await evaluate(twice, fast);
    expect(rows[1].kind).toBe("alone");
    expect(rows[1].accuracy).toBe(rows[0].accuracy);
    expect(rows[1].behindFirst).toEqual({ difference: 0, halfWidth: expect.any(Number) });
  });

  it("is above chance on drawings as plain as these", async () => {
    const { rows } = await evaluate(model, { ...fast, episodes: 100 });
    expect(rows[0].accuracy! - rows[0].halfWidth).toBeGreaterThan(1 / 3);
  });

  it.each([
    ["gated", "prototypical"],
    ["product-of-experts", "nearest-centroid"],
  ] as const)("embeds once with the answers that one program an episode gives, by %s", async (fusion, learner) => {
    const { recipe: trained, modalities } = model.card;
    const recipe = { ...trained, fusion, learner: { name: learner } };
    const definition = new ModelDefinition(recipe, modalities);
    const inference = new InferencePrograms(definition, model.inference.engine);
    const weights = definition.init(3);
    expect(definition.embedsOnce).toBe(true);
    const rows = data.rows.filter(({ split }) => split === "test");
    const classes = [...new Set(rows.map(({ label }) => label!))];
    const table = await loadTable(rows, modalities);
    const sampler = episodeSampler(rows, classes, { way: 3, shot: 2, query: 4 }, "test");
    const episodes = Array.from({ length: 10 }, (_, i) => sampler.draw(random(1, i)));
    const both = ["image", "strokes"];
    for (const view of [
      { support: both, query: both },
      { support: ["image"], query: both },
      { support: both, query: ["strokes"] },
    ]) {
      const once = await predictEpisodes(inference, weights, table, episodes, view);
      for (const [i, episode] of episodes.entries()) {
        const { classes, support, query } = episode;
        const capacity = { way: classes.length, support: support.length, query: query.length };
        const { data } = await inference.episode(
          weights,
          collateEpisode(table, episode, { ...view, capacity }),
        );
        expect(relativeError([...once[i].data], [...data])).toBeLessThan(1e-4);
      }
    }
  });

  it("attributes all that the first row has above chance to the modalities, when asked", async () => {
    const told: string[] = [];
    const onProgress = (done: number, total: number, row: string) => told.push(`${row} ${done}/${total}`);
    const { attribution, rows } = await evaluate(model, { ...fast, attribute: true, onProgress });
    expect(attribution!.map(({ modality }) => modality)).toEqual(["image", "strokes"]);
    const [image, strokes] = attribution!;
    expect(image.value + strokes.value).toBeCloseTo(rows[0].accuracy! - 1 / 3, 10);
    expect(image.halfWidth).toBeGreaterThan(0);
    const scored = (rows.length + 2) * 12; // chance costs nothing, what is unknown is asked too, and two subsets
    expect(told.at(-1)).toBe(`strokes ${scored}/${scored}`);
    const { rows: usual, attribution: none } = await evaluate(model, fast);
    expect(none).toBeUndefined();
    expect(untimed({ rows } as Evaluation).rows).toEqual(untimed({ rows: usual } as Evaluation).rows);
    const [alone] = (await evaluate(model.alone.image, { ...fast, attribute: true })).attribution!;
    expect(alone.value).toBeCloseTo((await evaluate(model.alone.image, fast)).rows[0].accuracy! - 1 / 3, 10);
  });

  it("evaluates transductively when asked, and says so", async () => {
    const result = await evaluate(model, { ...fast, mode: "transductive" });
    expect(result.mode).toBe("transductive");
    expect(untimed(result).rows).not.toEqual(untimed(await evaluate(model, fast)).rows);
  });

  it("lists the classes with too few examples", async () => {
    const few = tinyDataset({ train: 2, val: 2, test: 5 });
    let left = 2;
    const rows = few.rows.filter(({ label }) => label !== "class 4" || left-- > 0);
    const fresh: Dataset = { ...few, rows: rows.map((row) => ({ ...row, label: `new ${row.label}` })) };
    const { ineligible } = await evaluate(model, { ...fast, data: fresh, shot: 2 });
    expect(ineligible).toEqual(["new class 4"]);
  });

  it("stops when aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(evaluate(model, { ...fast, signal })).rejects.toThrow(/abort/i);
  });

  it("has fewer classes than usual where no more can be drawn, and counts the queries that rows guess", async () => {
    const { way, mostWay, rows } = await evaluate(model, { data, episodes: 12 });
    expect([way, mostWay]).toEqual([4, 4]);
    const guessedOf = (kind: string, name: string) =>
      rows.find((row) => row.kind === kind && row.name === name)!.guessed;
    expect(guessedOf("fused", "image+strokes")).toBeUndefined();
    expect(guessedOf("query-missing", "query without image")).toBeGreaterThan(0.1);
    expect(guessedOf("query-missing", "query without image")).toBeLessThan(0.3);
    const asked = await evaluate(model, { data, way: 3, episodes: 2 });
    expect([asked.way, asked.mostWay]).toEqual([3, 4]);
  });

  it("names the modalities of data that have none of the model's, also where they declare them", async () => {
    const examples = [..."abcdef"].flatMap((label) => [1, 2, 3].map((k) => ({ label, sound: [k, 2] })));
    for (const modalities of [undefined, { image: { kind: "image" } }] as const) {
      const other = createDataset({ name: "sounds", examples, modalities });
      await expect(evaluate(model, { ...fast, data: other })).rejects.toThrow(
        /^sounds: the data have sound; expected at least one of image, strokes/,
      );
    }
  });
});

describe("evaluate's classes", () => {
  const refused = async (options: Partial<EvaluateOptions>) => {
    const error = await evaluate(model, { ...fast, ...options }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  };

  it("are never those of training", async () => {
    expect((await refused({ split: "train" })).code).toBe("evaluate/seen-classes");
    const moved = data.rows.map((row) =>
      row.label === "class 0" ? { ...row, split: "test" as const } : row,
    );
    const error = await refused({ data: { ...data, rows: moved } });
    expect(error.code).toBe("evaluate/seen-classes");
    expect(error.message).toContain('"class 0"');
  });

  it("are never those of validation, when testing", async () => {
    const validation = model.card.classes.val[0];
    const moved = data.rows.map((row) =>
      row.label === validation ? { ...row, split: "test" as const } : row,
    );
    expect((await refused({ data: { ...data, rows: moved } })).message).toContain(`"${validation}"`);
  });

  it("leave out what the model has seen, where the data declare no split", async () => {
    const rows = data.rows.map(({ split: _, ...row }) => row);
    const declared = untimed(await evaluate(model, fast));
    expect(untimed(await evaluate(model, { ...fast, data: { ...data, rows } }))).toEqual(declared);
  });

  it("must be enough for the way", async () => {
    expect((await refused({ way: 5 })).code).toBe("data/too-few-eligible");
    expect((await refused({ split: "val", way: 4 })).code).toBe("data/too-few-eligible");
  });
});

it("an example without any known modality is refused by name", async () => {
  const { image } = model.alone;
  const { label, strokes } = drawing(1, 0);
  const other = createDataset({ name: "o", examples: [{ label, strokes }] });
  await expect(image.adapt(other)).rejects.toThrow(InputError);
  await expect(image.adapt([drawing(1, 0)])).rejects.toThrow(/at least two classes/);
  await expect(image.adapt([{ image: drawing(1, 0).image }, drawing(2, 0)])).rejects.toThrow(/no label/);
});

it("an engine of one's own gives the same evaluation", async () => {
  const own = new Model(model.card, model.weights, new Engine({ threads: 1 }));
  const { rows } = await evaluate(own, fast);
  const { rows: expected } = await evaluate(model, fast);
  expect(rows[0].accuracy).toBe(expected[0].accuracy);
});
