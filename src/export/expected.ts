/** Golden outputs: what the library computes from golden inputs, by the programs of `Model.adapt` and `Task.predict`. */

import { allocate, float32, type NDArray, type Tree } from "../base/array.js";
import type { Engine, Tensor } from "../engine/index.js";
import type { ExampleBatch, LabelledBatch } from "../episode/index.js";
import { standardisedTarget, type TargetUnit, targetFrom, targetUnit } from "../episode/targets.js";
import {
  type AdaptedArrays,
  InferencePrograms,
  isUnknown,
  type ModelDefinition,
  Programs,
  temperatureAt,
} from "../model/index.js";
import { certainties, type ModelParams, type ModelState, probabilitiesOf } from "../objective/index.js";
import { encodeModality } from "./encode.js";
import { type Exported, isRegression, type Named } from "./exported.js";
import type { GoldenInputs } from "./golden-inputs.js";
import { namesOf } from "./names.js";
import { parametersOf } from "./task-parameters.js";

/** What the library computes for golden inputs. */
export interface Expected {
  /** Task parameters by name. */
  readonly parameters: Record<string, NDArray>;
  /** Outputs of predicting by name. */
  readonly outputs: Record<string, NDArray>;
}

/** Adapt to golden inputs and predict them. */
export async function expectedOf(
  exported: Exported,
  engine: Engine,
  golden: GoldenInputs,
): Promise<Expected> {
  const { definition, weights, targets } = exported;
  const programs = new InferencePrograms(definition, engine);
  const { batch, classMask, unit } = supportOf(exported, golden);
  const adapted = await programs.adapt(weights, batch, classMask);
  const outputs = await predictedBy(exported, engine, adapted, golden, { way: golden.way, unit });
  const hasCentre = targets !== undefined && targets.between !== 0;
  const task = {
    kept: adapted,
    ...(!isRegression(exported) && { classes: classMask }),
    ...(hasCentre && { centre: float32([unit.centre], []) }),
  };
  return { parameters: parametersOf<NDArray>(task as Tree<NDArray>), outputs };
}

/** Predict golden queries from the adapted parameters, for a task of `way` classes. */
export async function predictedBy(
  exported: Exported,
  engine: Engine,
  adapted: AdaptedArrays,
  { query }: Pick<GoldenInputs, "query">,
  task: { readonly way: number; readonly unit: TargetUnit },
): Promise<Record<string, NDArray>> {
  const { definition, weights } = exported;
  const names = Object.entries(namesOf(definition));
  const batch = batchOf(definition, query, "query");
  const result = await new InferencePrograms(definition, engine).predict(weights, adapted, batch);
  const alphas = Object.fromEntries(
    names.map(([modality, { weights }]) => [weights, result.weights[modality]]),
  );
  const rows = result.outputs.shape[0];
  const width = result.outputs.shape[1];
  const row = (i: number) => result.outputs.data.subarray(i * width, i * width + task.way);
  if (isRegression(exported)) {
    const values = Array.from(result.outputs.data, (z: number) => targetFrom(z, task.unit));
    return { values: float32(values, [rows]), ...alphas };
  }
  return { ...classOutputs(exported, rows, row, task.way, Object.values(alphas)), ...alphas };
}

function classOutputs(
  { definition, certainty, capacity }: Exported,
  rows: number,
  row: (i: number) => ArrayLike<number>,
  way: number,
  alphas: readonly NDArray[],
): Record<string, NDArray> {
  const probabilities = allocate({ dtype: "float32", shape: [rows, capacity.way] });
  const score = allocate({ dtype: "float32", shape: [rows] });
  const unknown = allocate({ dtype: "bool", shape: [rows] });
  const temperature = temperatureAt(certainty, way);
  for (let i = 0; i < rows; i++) {
    const logits = row(i);
    probabilities.data.set(probabilitiesOf(logits, temperature), i * capacity.way);
    score.data[i] = certainties[certainty?.score ?? definition.certainty](logits);
    const isComparable = alphas.some(({ data }) => data[i] > 0);
    unknown.data[i] = Number(!isComparable || isUnknown(certainty, logits));
  }
  return { probabilities, certainty: score, unknown };
}

/** The support of golden inputs as the library's programs take it. */
function supportOf(exported: Exported, { support }: GoldenInputs) {
  const { definition, capacity, targets } = exported;
  const { way, support: size } = capacity;
  const given = support.support_labels.data;
  const isRow = (i: number) => (isRegression(exported) ? support.support_mask.data[i] === 1 : given[i] >= 0);
  const rows = Array.from({ length: size }, (_, i) => i).filter(isRow);
  const unit = targetUnit(targets, targets ? rows.map((i) => given[i]) : []);
  const labels = allocate({ dtype: "float32", shape: [size, way] });
  const classMask = allocate({ dtype: "float32", shape: [way] });
  for (const i of rows) {
    const k = isRegression(exported) ? 0 : given[i];
    labels.data[i * way + k] = isRegression(exported) ? standardisedTarget(given[i], unit) : 1;
    classMask.data[k] = 1;
  }
  const mask = allocate({ dtype: "float32", shape: [size] });
  for (const i of rows) mask.data[i] = 1;
  const batch: LabelledBatch = { ...batchOf(definition, support, "support"), mask, labels };
  return { batch, classMask, unit };
}

/** Named inputs as a batch without padding. */
function batchOf(
  definition: ModelDefinition,
  inputs: Named<NDArray>,
  part: "support" | "query",
): ExampleBatch {
  const names = Object.entries(namesOf(definition));
  const present = names.map(([modality, own]) => [
    modality,
    inputs[part === "support" ? own.supportPresent : own.queryPresent],
  ]);
  const mask = allocate({ dtype: "float32", shape: (present[0][1] as NDArray).shape });
  mask.data.fill(1);
  const { support_label_text: text } = inputs;
  return {
    values: Object.fromEntries(names.map(([modality, own]) => [modality, inputs[own[part]]])),
    present: Object.fromEntries(present),
    mask,
    ...(text && { labelText: { values: text, present: inputs.support_label_text_present } }),
  };
}

/** The features of one modality's values. */
export function expectedFeatures(
  { definition, weights }: Exported,
  engine: Engine,
  modality: string,
  values: NDArray,
): Promise<NDArray> {
  const fn = (params: ModelParams, state: ModelState, x: Tensor) =>
    encodeModality(definition, { params, state }, modality, x);
  return new Programs(engine, definition.key).runWith<NDArray>(weights, `encode ${modality}`, fn, [values]);
}
