/**
 * Golden inputs: a support of fewer classes and examples than there is room for, one of which lacks a modality, and queries,
 * one of which lacks another. Missing and padded values are zeros.
 */

import { allocate, float32, int32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import type { ModalitySpec } from "../modality/index.js";
import { type Exported, isRegression, querySpecs, supportSpecs } from "./exported.js";
import { namesOf } from "./names.js";
import { sampleValue } from "./sample-values.js";

/** Queries of golden inputs, if their number is free, and values of encoders. */
export const GOLDEN_EXAMPLES = 3;

export interface GoldenInputs {
  readonly support: Record<string, NDArray>;
  readonly query: Record<string, NDArray>;
  /** Classes of the support; 1 for regression. */
  readonly way: number;
}

export async function goldenInputs(exported: Exported, queries = GOLDEN_EXAMPLES): Promise<GoldenInputs> {
  const { definition, capacity } = exported;
  const { learner } = definition;
  const way =
    learner.fixedWay || isRegression(exported) ? capacity.way : Math.max(2, Math.ceil(capacity.way / 2));
  const count = Math.max(way, Math.ceil((2 * capacity.support) / 3));
  const support = await values(supportSpecs(exported), exported, "support", count);
  const query = await goldenQueries(exported, queries);
  const drawn = random(0, "golden", "labels");
  const classes = Array.from({ length: capacity.support }, (_, i) => (i < count ? i % way : -1));
  if (isRegression(exported)) {
    const { mean = 0, within = 1, between = 0 } = exported.targets ?? {};
    const spread = within || between || 1;
    support.support_labels.data.set(classes.map((k) => (k < 0 ? 0 : mean + spread * drawn.normal())));
    support.support_mask.data.fill(1, 0, count);
  } else support.support_labels = int32(classes, [capacity.support]);
  return { support, query, way };
}

/** Golden queries, one of which lacks the last modality if there are several. */
export const goldenQueries = (
  exported: Exported,
  queries = GOLDEN_EXAMPLES,
): Promise<Record<string, NDArray>> =>
  values(querySpecs(exported.definition, queries), exported, "query", queries);

/** Arrays with `count` examples, one of which lacks a modality if there are several. */
async function values(
  specs: ReturnType<typeof supportSpecs>,
  { definition }: Exported,
  part: "support" | "query",
  count: number,
): Promise<Record<string, NDArray>> {
  const arrays = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, allocate(spec)]));
  const fill = async (name: string, mask: string, spec: ModalitySpec, lacking?: number) => {
    const [{ data, shape }, present] = [arrays[name], arrays[mask]];
    for (let i = 0; i < count; i++) {
      if (i === lacking) continue;
      data.set(await sampleValue(spec, name, i), i * (data.length / shape[0]));
      present.data[i] = 1;
    }
  };
  const names = Object.entries(namesOf(definition));
  const [lackedBy, lacked] = part === "support" ? [1, names[0]] : [0, names[names.length - 1]];
  for (const entry of names) {
    const [modality, own] = entry;
    const mask = part === "support" ? own.supportPresent : own.queryPresent;
    const lacking = names.length > 1 && entry === lacked ? lackedBy : undefined;
    await fill(own[part], mask, definition.specs[modality], lacking);
  }
  const text = definition.labelTextSpec({ support: [], query: [], labelShots: 0 });
  if (part === "support" && text) await fill("support_label_text", "support_label_text_present", text);
  return arrays;
}

/** Values of one modality for its encoder `[count, …shape]`. */
export async function encoderInput(spec: ModalitySpec, count: number): Promise<NDArray> {
  const rows = await Promise.all(Array.from({ length: count }, (_, i) => sampleValue(spec, "encode", i)));
  return float32(
    rows.flatMap((row) => Array.from(row)),
    [count, ...spec.shape],
  );
}
