/**
 * `npm run projection -- --data FOLDER` fits `encoders/projection.safetensors` to the train classes of emoji, icons, spoken
 * words and characters, whose licences allow it, and `population.safetensors` to the drawings of Omniglot (encoders/README.md).
 * FOLDER has one folder per data set; the converted sets are kept in `--work` (default: accuracy-output). `--only projection`
 * or `--only population` fits one of them; the latter needs no FOLDER.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { entriesOf, updateManifest } from "../../../encoders/build/manifest.js";
import { float32 } from "../../../src/base/array.js";
import { encodeSafetensors } from "../../../src/base/safetensors.js";
import { openDataset } from "../../../src/index.js";
import { rawVectors } from "../../../src/modality/builtin/index.js";
import { POPULATION_FILE } from "../../../src/modality/builtin/population.js";
import { PROJECTION_FILE, projected } from "../../../src/modality/builtin/projection.js";
import { dataSets } from "../data-sets/index.js";
import { convertDataSet } from "../runner.js";
import { fitPopulation, fitProjection } from "./fit.js";
import { halved } from "./half.js";

/** What is fitted: the encoder, the data sets and their modality, and the number of components. */
const fits = [
  { kind: "image", modality: "image", encoder: "network", sets: ["emoji", "icons"], width: 192 },
  { kind: "image", modality: "image", encoder: "hog", sets: ["emoji", "icons"], width: 96 },
  { kind: "image", modality: "image", encoder: "colour", sets: ["emoji", "icons"], width: 96 },
  { kind: "audio", modality: "audio", encoder: "network", sets: ["arabic_speech_commands"] },
  { kind: "audio", modality: "audio", encoder: "mel", sets: ["arabic_speech_commands"] },
] as const;

/** Rank of the covariance of a population. */
const RANK = 32;

const {
  data = "../shared/data",
  work = "accuracy-output",
  only,
} = parseArgs({
  options: { data: { type: "string" }, work: { type: "string" }, only: { type: "string" } },
}).values;

/** Raw vectors of the train rows of a data set, by encoder. */
async function trainVectors(name: string, kind: "image" | "audio", modality: string) {
  const set = dataSets.find((each) => each.name === name)!;
  await convertDataSet(set, { data, work, threads: 2, log: console.error });
  const { rows } = await openDataset(join(work, name, "data"));
  const values = rows.flatMap(({ split, values, where }) =>
    split === "train" ? [{ value: values[modality], where }] : [],
  );
  console.error(`${name}: embedding ${values.length} train rows`);
  return rawVectors(kind, values);
}

/** Fit `projection.safetensors`. */
async function fitProjections() {
  const embedded = new Map<string, ReturnType<typeof trainVectors>>();
  const arrays: Record<string, ReturnType<typeof float32>> = {};
  for (const { kind, modality, encoder, sets, ...rest } of fits) {
    const vectors = [];
    for (const name of sets) {
      const rows = embedded.get(name) ?? trainVectors(name, kind, modality);
      embedded.set(name, rows);
      vectors.push((await rows).map((each) => each[encoder]));
    }
    const width = "width" in rest ? rest.width : undefined;
    const { mean, deviation, components } = fitProjection(vectors, width);
    const name = `${kind}/${encoder}`;
    arrays[`${name}/mean`] = float32(mean, [mean.length]);
    arrays[`${name}/deviation`] = float32(deviation, [mean.length]);
    if (components && width) arrays[`${name}/components`] = float32(components, [mean.length, width]);
    console.error(`${name}: fitted to ${vectors.flat().length} vectors`);
  }
  return arrays;
}

/** Fit `population.safetensors` to the shipped drawings of Omniglot's train classes. */
async function fitPopulations() {
  const { rows } = await openDataset(join("datasets", "omniglot"));
  const train = rows.filter(({ split }) => split === "train");
  console.error(`omniglot: embedding ${train.length} train rows`);
  const values = train.map(({ values, where }) => ({ value: values.strokes, where }));
  const vectors = (await rawVectors("strokes", values)).map(({ network }) => projected(network, undefined));
  const { mean, factor, residual } = fitPopulation(vectors, RANK);
  return {
    "strokes/network/mean": float32(mean, [mean.length]),
    "strokes/network/factor": float32(factor.data, [mean.length, RANK]),
    "strokes/network/residual": float32([residual], [1]),
  };
}

/** Write arrays as a file of the encoders, in half precision. */
function write(file: string, name: string, arrays: Record<string, ReturnType<typeof float32>>): void {
  const bytes = halved(encodeSafetensors({ arrays, metadata: {} }));
  writeFileSync(join("encoders", file), bytes);
  const source = { name, licence: "MIT", origin: "fitted to train classes", build: async () => ({}) };
  const entry = entriesOf(source, { [file]: bytes })[file];
  updateManifest("encoders", { [file]: { ...entry, rebuild: `npm run projection -- --only ${name}` } });
}

if (only !== "population") write(PROJECTION_FILE, "projection", await fitProjections());
if (only !== "projection") write(POPULATION_FILE, "population", await fitPopulations());
