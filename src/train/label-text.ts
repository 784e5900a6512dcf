/** What a fusion that reads labels needs, checked before training starts. */

import { InputError } from "../base/errors.js";
import { type Row, saysSomething } from "../data/index.js";
import { fusions } from "../fusion/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { labelSpecOf } from "../model/index.js";

/**
 * How the labels of train rows become arrays as text; undefined where the fusion does not read them. `InputError` where
 * no modality is text, and for a label that says nothing.
 */
export function labelTextFor(
  fusion: string,
  specs: Readonly<Record<string, ModalitySpec>>,
  trainRows: readonly Row[],
): ModalitySpec | undefined {
  if (!fusions[fusion].readsLabels) return undefined;
  const others = Object.keys(fusions).filter((name) => !fusions[name].readsLabels);
  const spec = labelSpecOf(fusion, specs);
  if (!spec)
    throw new InputError({
      code: "recipe/no-text",
      where: 'recipe, field "fusion"',
      problem: `${fusion} reads labels as text, and no modality is text: ${Object.keys(specs).join(", ")}`,
      expected: "a modality of kind text, whose encoder reads labels too",
      remedy: `Add one, or choose another fusion: ${others.join(", ")}.`,
    });
  const mute = trainRows.find(({ label }) => label !== undefined && !saysSomething(label));
  if (mute)
    throw new InputError({
      code: "recipe/mute-label",
      where: `${mute.where}, field "label"`,
      problem: `the label "${mute.label}" has no word, and the fusion ${fusion} reads labels as text`,
      expected: "names of classes in words",
      remedy: `Name the classes, or choose another fusion: ${others.join(", ")}.`,
    });
  return spec;
}
