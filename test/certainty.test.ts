/** Knowing what one does not know, from training to prediction: what is fitted, stored, used, measured and said. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { evaluate, measureOpenSet, type OpenPredictions, worsensCalibration } from "../src/evaluate/index.js";
import {
  type CertaintyCard,
  type ClassPrediction,
  loadModel,
  loadTask,
  Model,
  parseRecipe,
  type RecipeInput,
} from "../src/model/index.js";
import { sealCard } from "../src/model/seal.js";
import { certainties, probabilitiesOf } from "../src/objective/index.js";
import { prepareData } from "../src/train/data.js";
import { type MetaTrainOptions, metaTrain } from "../src/train/index.js";
import { drawing, tinyDataset } from "./support/drawings.js";

const folder = await mkdtemp(join(tmpdir(), "metamodal-certainty-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const trained = (val: number, recipe: RecipeInput = {}, steps = 4) =>
  metaTrain({
    data: tinyDataset({ train: 6, val, test: 4 }, 8),
    width: 4,
    episode: { way: 2, shot: 1, query: 3 },
    train: { steps, metaBatch: 2, evalEpisodes: 40, learningRate: 0.01 },
    threads: 2,
    ...recipe,
  } as MetaTrainOptions).model();

const support = [drawing(7, 0), drawing(8, 0), drawing(9, 0)];
const queries = [7, 8, 9, 10, 11].flatMap((k) => [drawing(k, 2), drawing(k, 5)]);
const predictions = async (model: Model) =>
  (await (await model.adapt(support)).predictAll(queries)) as ClassPrediction[];
const withCertainty = ({ card, weights, inference }: Model, change: Partial<CertaintyCard> | null) =>
  new Model({ ...card, certainty: change && { ...card.certainty!, ...change } }, weights, inference.engine);

describe("a trained model", () => {
  let model: Model;
  beforeAll(async () => {
    model = await trained(5, {}, 60);
  });

  it("has a temperature and a threshold, with the protocol they were fitted by", () => {
    const { certainty } = model.card;
    expect(certainty).toMatchObject({ score: "logit", way: 2, shot: 1, episodes: 40 });
    expect(certainty!.temperature).toBeGreaterThan(0);
    expect(certainty!.reason).toBeUndefined();
    for (const of of ["auroc", "fpr95"] as const) {
      expect(certainty![of]).toBeGreaterThanOrEqual(0);
      expect(certainty![of]).toBeLessThanOrEqual(1);
    }
  });

  it("accepts 95 % of known queries of validation classes, and is calibrated on them", async () => {
    const { certainty } = await evaluate(model, {
      data: tinyDataset({ train: 6, val: 5, test: 4 }, 8),
      split: "val",
      way: 2,
      episodes: 300,
    });
    const { calibration, openSet } = certainty!;
    const { value, halfWidth } = openSet!.knownAccepted!;
    expect(Math.abs(value - 0.95)).toBeLessThan(halfWidth + 0.03);
    expect(openSet!.threshold).toBe(model.card.certainty!.threshold);
    expect(calibration.temperature).toBe(model.card.certainty!.temperature);
    expect(calibration.after.value).toBeLessThan(calibration.before.value);
    expect(Math.abs(openSet!.auroc.value - model.card.certainty!.auroc!)).toBeLessThan(0.1);
  });

  it("divides logits by the temperature, and its probabilities add up to 1", async () => {
    const [once, cool] = [
      await predictions(model),
      await predictions(withCertainty(model, { temperature: 1 })),
    ];
    const { temperature } = model.card.certainty!;
    for (const [i, { label, probabilities }] of once.entries()) {
      const logits = Object.values(cool[i].probabilities).map(Math.log);
      for (const [k, p] of probabilitiesOf(logits, temperature).entries())
        expect(Object.values(probabilities)[k]).toBeCloseTo(p, 9);
      expect(label).toBe(cool[i].label);
      expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    }
  });

  it("leaves the temperature out at ways nearest to those where it did harm on validation, and measures that", async () => {
    const { certainty } = model.card;
    expect(certainty!.otherWays!.map(({ way }) => way)).toEqual([5]);
    const asked = (helps: boolean) => withCertainty(model, { otherWays: [{ way: 4, helps }] });
    // A task of three classes is nearer to four than to the two that the temperature was fitted at.
    expect(await predictions(asked(true))).toEqual(await predictions(model));
    expect(await predictions(asked(false))).toEqual(
      await predictions(withCertainty(model, { temperature: 1 })),
    );
    const at = async (way: number) => {
      const data = tinyDataset({ train: 6, val: 5, test: 4 }, 8);
      return (await evaluate(asked(false), { data, split: "val", way, episodes: 20 })).certainty!.calibration;
    };
    expect(await at(2)).toMatchObject({ temperature: certainty!.temperature });
    const { temperature, before, after } = await at(3);
    expect(temperature).toBe(1);
    expect(after).toEqual(before);
  });

  it("finds harm where probabilities are calibrated worse, on validation episodes", async () => {
    const data = tinyDataset({ train: 6, val: 5, test: 4 }, 8);
    const [{ helps }] = model.card.certainty!.otherWays!;
    const always = withCertainty(model, { otherWays: [] });
    const { certainty } = await evaluate(always, { data, split: "val", way: 5, episodes: 300 });
    const { before, after } = certainty!.calibration;
    const gap = after.value - before.value;
    if (Math.abs(gap) > after.halfWidth + before.halfWidth) expect(helps).toBe(gap <= 0);
    // Answers that are always right and not sure: less certainty does harm, more does not.
    const sure = Array.from({ length: 50 }, () => ({ logits: [1, 0], label: 0 }));
    expect([worsensCalibration(0.5, sure), worsensCalibration(2, sure), worsensCalibration(1, sure)]).toEqual(
      [false, true, false],
    );
  });

  it("flags what is less certain than the threshold, and nothing else", async () => {
    const flags = async (threshold: number | null) =>
      (await predictions(withCertainty(model, { threshold }))).map(({ unknown }) => unknown);
    expect(new Set(await flags(-1e9))).toEqual(new Set([false]));
    expect(new Set(await flags(1e9))).toEqual(new Set([true]));
    expect(new Set(await flags(null))).toEqual(new Set([false]));
    const steps = Array.from({ length: 12 }, (_, i) => -(0.6 ** i));
    const runs = await Promise.all(steps.map(flags));
    for (const [i, run] of runs.slice(1).entries())
      for (const [q, flagged] of runs[i].entries()) expect(run[q] || !flagged).toBe(true);
    expect(new Set(runs.map((run) => run.filter(Boolean).length)).size).toBeGreaterThan(2);
  });

  it("is the same after saving and loading, as a model and as a task", async () => {
    const strict = withCertainty(model, { threshold: -0.1 });
    const expected = await predictions(strict);
    expect(new Set(expected.map(({ unknown }) => unknown)).size).toBe(2);
    await strict.save(join(folder, "m"));
    await (await strict.adapt(support)).save(join(folder, "t"));
    const loaded = await loadModel(join(folder, "m"));
    expect(loaded.card.certainty).toEqual(strict.card.certainty);
    expect(await predictions(loaded)).toEqual(expected);
    expect(await (await loadTask(join(folder, "t"))).predictAll(queries)).toEqual(expected);
  });

  it("of an earlier version loads without certainty, and refuses one that is none", async () => {
    await model.save(join(folder, "old"));
    const path = join(folder, "old", "model.json");
    const { certainty, sha256: _, digests: __, ...card } = JSON.parse(await readFile(path, "utf8"));
    const files = { "model.safetensors": await readFile(join(folder, "old", "model.safetensors")) };
    await writeFile(path, sealCard({ ...card, unknownBelow: 0.3 }, files));
    const old = await loadModel(join(folder, "old"));
    expect(old.card.certainty).toBeNull();
    expect(await predictions(old)).toEqual(await predictions(withCertainty(model, null)));
    for (const change of [{ temperature: 0 }, { score: "entropy" }, { threshold: "low" }]) {
      await writeFile(path, sealCard({ ...card, certainty: { ...certainty, ...change } }, files));
      await expect(loadModel(join(folder, "old"))).rejects.toThrow(/model\.json: field "certainty\./);
    }
  });
});

describe("without classes to be unknown", () => {
  it("has a temperature alone where episodes take all validation classes, and flags nothing", async () => {
    const model = await trained(2);
    const { certainty } = model.card;
    expect(certainty).toMatchObject({ threshold: null, auroc: null, fpr95: null, way: 2 });
    expect(certainty!.reason).toBe("2-way episodes leave no validation class over to be unknown");
    expect(certainty!.temperature).not.toBe(1);
    expect((await predictions(model)).some(({ unknown }) => unknown)).toBe(false);
  });

  it("has neither where no validation class is enough for an episode", async () => {
    const { certainty } = (await trained(1)).card;
    expect(certainty).toMatchObject({ temperature: 1, threshold: null, episodes: 0 });
    expect(certainty!.reason).toBe("too few validation classes have enough examples");
  });

  it("takes half the validation classes for an episode, and leaves the way alone that a learner is fixed to", async () => {
    const openWay = async (val: number, name: string) => {
      const recipe = parseRecipe({ learner: { name } as never, episode: { way: 4 } }, "test");
      const data = tinyDataset({ train: 6, val, test: 0 }, 3);
      const { validation } = await prepareData(data, recipe, { way: 4 });
      const { way, episodes } = validation!.open;
      expect(new Set(episodes.map(({ classes }) => classes.length))).toEqual(new Set([way]));
      const others = episodes[0].query.filter(({ label }) => label < 0).length;
      return [way, others > 0];
    };
    expect(await openWay(9, "prototypical")).toEqual([4, true]);
    expect(await openWay(6, "prototypical")).toEqual([3, true]);
    expect(await openWay(3, "prototypical")).toEqual([2, true]);
    expect(await openWay(2, "prototypical")).toEqual([2, false]);
    expect(await openWay(6, "boil")).toEqual([4, true]);
    expect(await openWay(4, "boil")).toEqual([4, false]);
  });

  it("says so when evaluated", async () => {
    const model = await trained(3);
    const data = tinyDataset({ train: 6, val: 3, test: 4 }, 8);
    const { certainty } = await evaluate(model, { data, way: 4, episodes: 10 });
    expect(certainty).toMatchObject({
      openSet: null,
      reason: "the episodes leave no class over to be unknown",
    });
    expect(certainty!.calibration.before.value).toBeGreaterThan(0);
  });
});

/** Answers to ten queries of two classes, and ten of others whose logits are smaller by `gap`, an episode. */
const answered = (gap: number): OpenPredictions[] =>
  Array.from({ length: 40 }, (_, e) => {
    const r = random(9, "episode", e);
    const logits = () => [r.normal(), r.normal() - 3];
    return {
      known: Array.from({ length: 10 }, () => ({ logits: logits(), label: 0 })),
      unknown: Array.from({ length: 10 }, () => ({ logits: logits().map((z) => z - gap) })),
    };
  });
const measured = (gap: number, score: CertaintyCard["score"], threshold: number | null) =>
  measureOpenSet(answered(gap), score, threshold)!;

describe("measureOpenSet", () => {
  it("tells apart what the score tells apart, by the stored threshold too", () => {
    const openSet = measured(3, "logit", -1);
    expect(openSet).toMatchObject({ known: 400, unknown: 400, uninformative: false, threshold: -1 });
    expect(openSet.auroc.value).toBeGreaterThan(0.95);
    const reach = (of: "known" | "unknown") =>
      answered(3).flatMap((episode) => episode[of].filter(({ logits }) => certainties.logit(logits) >= -1));
    expect(openSet.knownAccepted!.value).toBeCloseTo(reach("known").length / 400, 12);
    expect(openSet.unknownRejected!.value).toBeCloseTo(1 - reach("unknown").length / 400, 12);
    expect(openSet.auroc.halfWidth).toBeGreaterThan(0);
    expect(openSet.auroc.halfWidth).toBeLessThan(0.05);
  });

  it.each([
    ["nothing is different", 0, "logit", -1],
    ["the score does not see what is different", 3, "probability", 0.9],
    ["unknown queries are the more certain", -3, "logit", -1],
    ["nothing is different, and there is no threshold", 0, "logit", null],
  ] as const)("calls it uninformative if %s", (_, gap, score, threshold) => {
    const openSet = measured(gap, score, threshold);
    expect(openSet.uninformative).toBe(true);
    expect(openSet.auroc.value).toBeLessThan(0.56);
    expect(openSet.unknownRejected === null).toBe(threshold === null);
  });

  it("calls a threshold uninformative that rejects no more unknown queries than known ones", () => {
    expect(measured(3, "logit", -100).uninformative).toBe(true);
  });
});
