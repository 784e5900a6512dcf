/** Where training begins: the closed form on the embedded train split, by statistics that were measured before; else where it was. */

import { expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { arraysOf } from "../../test/support/tiny.js";
import { float32, type NDArray } from "../base/array.js";
import { Engine } from "../engine/index.js";
import { collate } from "../episode/index.js";
import { solveTwoCovariances } from "../learner/closed-form/covariances.js";
import { ModelDefinition, parseRecipe } from "../model/index.js";
import { prepareData } from "./data.js";
import { TrainingPrograms } from "./programs.js";
import { solvedStart } from "./start.js";

const plan = { kind: "task-parallel", chunk: 1 } as const;
const numbers = (tree: unknown) => arraysOf(tree as never).map(([path, { data }]) => [path, [...data]]);

async function begin(learner: string, fusion: "fixed" | "product-of-experts") {
  const recipe = parseRecipe(
    {
      width: 4,
      encoders: { image: "conv4", strokes: "sequence" },
      learner: { name: learner as "plda" },
      fusion,
      episode: { way: 3, query: 2 },
      train: { metaBatch: 2 },
    },
    "test",
  );
  const data = await prepareData(tinyDataset(), recipe, { way: 3 });
  const programs = new TrainingPrograms(new ModelDefinition(recipe, data.specs), new Engine({ threads: 1 }));
  const initial = programs.definition.init(1);
  const before = numbers(initial);
  const started = await solvedStart(initial, programs, data, plan, recipe, undefined);
  expect(numbers(initial)).toEqual(before);
  return { data, programs, initial, started };
}

it("solves a head on what the initial encoders make of the train split", async () => {
  const { data, programs, initial, started } = await begin("plda", "fixed");
  const { rows } = data.table;
  const batch = collate(data.table, [...rows.keys()], programs.definition.modalities, rows.length);
  const features = await programs.inference.embed(started, batch);
  const expected = solveTwoCovariances(
    features,
    rows.map(({ label }) => label!),
  )!;
  const { network, learner } = started.params;
  const solved = new Map(arraysOf(learner));
  for (const [name, { data: own }] of Object.entries(expected))
    for (const [i, x] of own.entries()) expect(solved.get(name)!.data[i], name).toBeCloseTo(x, 2);
  expect(numbers(network)).toEqual(numbers(initial.params.network));
  expect(numbers(started.state)).not.toEqual(numbers(initial.state));
});

it("solves each expert on the examples that have its modality", async () => {
  const { data, programs, started } = await begin("plda", "product-of-experts");
  const { experts } = (
    started.params as never as { learner: { experts: Record<string, Record<string, NDArray>> } }
  ).learner;
  const has = [...data.table.rows.keys()].filter((row) => data.table.columns.image.present[row]);
  const batch = collate(data.table, has, ["image"], has.length);
  const { data: fused, shape } = await programs.inference.embed(started, batch);
  const width = 4;
  const own = has.flatMap((_, i) => [...fused.subarray(i * shape[1], i * shape[1] + width)]);
  const expected = solveTwoCovariances(
    float32(own, [has.length, width]),
    has.map((row) => data.table.rows[row].label!),
  )!;
  for (const [i, x] of expected.mean.data.entries()) expect(experts.image.mean.data[i]).toBeCloseTo(x, 4);
  for (const [i, x] of expected.logBetween.data.entries())
    expect(experts.image.logBetween.data[i]).toBeCloseTo(x, 2);
});

it("leaves everything as it was where a learner has no closed form on the train split", async () => {
  const { initial, started } = await begin("prototypical", "fixed");
  expect(started).toBe(initial);
});
