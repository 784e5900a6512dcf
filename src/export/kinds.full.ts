/** Every fusion, every kind of modality and every encoder can be exported, and their graphs compute what the library computes. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { encoders } from "../../src/encoder/index.js";
import { fusions } from "../../src/fusion/index.js";
import { type ModalitySpec, modalityOf } from "../../src/modality/index.js";
import { Model, ModelDefinition, parseRecipe, type RecipeInput } from "../../src/model/index.js";
import { tinyCard } from "../../test/support/contract.js";
import { engine } from "../../test/support/engine.js";
import { checkedDifferences, noPython } from "../../test/support/python.js";
import { trainedWeights } from "../../test/support/tiny.js";
import { exportOnnx } from "./export-onnx.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-kinds-"));
afterAll(() => rmSync(root, { recursive: true }));
const folders: string[] = [];

const planned = async (kind: string, values: readonly unknown[], options = {}) =>
  modalityOf(kind, "test").plan(
    values.map((value) => ({ value, where: "test" })),
    options,
    "test",
  );

const specs: Readonly<Record<string, ModalitySpec>> = {
  image: { kind: "image", shape: [1, 16, 16], mean: [0.5], std: [0.5] } as ModalitySpec,
  audio: {
    ...{ kind: "audio", shape: [2, 16, 20], rate: 1000, samples: 320, window: 32, hop: 16 },
    ...{ mean: Array(16).fill(0), std: Array(16).fill(1) },
  } as ModalitySpec,
  text: await planned("text", ["a round fruit", "a long leaf"], { buckets: 64 }),
  strokes: { kind: "strokes", shape: [5, 16] } as ModalitySpec,
  tabular: await planned("tabular", [
    { height: 3, colour: "red" },
    { height: 5.5, colour: "blue" },
    { height: 4, colour: "red" },
  ]),
  vector: { kind: "vector", shape: [6], mean: Array(6).fill(0), std: Array(6).fill(1) } as ModalitySpec,
};

/** Export a model of these modalities; the largest difference from the library. */
async function differenceOf(
  name: string,
  recipe: RecipeInput,
  modalities: readonly string[],
): Promise<number> {
  const own = Object.fromEntries(modalities.map((modality) => [modality, specs[modality]]));
  const definition = new ModelDefinition(
    parseRecipe({ width: 4, modalities, ...recipe } as RecipeInput, "test"),
    own,
  );
  const card = { ...tinyCard(definition.recipe), modalities: own };
  const model = new Model(card, trainedWeights({ definition } as never, 5), engine);
  const out = join(root, name);
  folders.push(out);
  const { files, notes } = await exportOnnx(model, { out, way: 3, shot: 2 });
  expect(notes.filter((note) => !note.startsWith("no preprocess"))).toEqual([]);
  return Math.max(...files.map(({ difference = 0 }) => difference));
}

it.each(Object.keys(fusions))("fusion %s", async (fusion) => {
  const encoders = { text: "ngrams", vector: "mlp", strokes: "sequence" } as const;
  const recipe = { fusion: fusion as never, encoders };
  expect(await differenceOf(`fusion-${fusion}`, recipe, Object.keys(encoders))).toBeLessThan(1e-4);
});

const trained = Object.values(encoders).filter(({ embeddings }) => embeddings === undefined);

it.each(trained.map(({ name, kind }) => [name, kind]))("encoder %s of %s", async (name, kind) => {
  const recipe = { encoders: { [kind]: name as never } };
  expect(await differenceOf(`encoder-${name}`, recipe, [kind])).toBeLessThan(1e-4);
});

it.skipIf(noPython)(`all of them, in Python ${noPython ?? ""}`, () => {
  for (const [file, difference] of Object.entries(checkedDifferences(folders)))
    expect(difference, file).toBeLessThan(1e-4);
});
