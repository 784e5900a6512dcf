/** Label text for a fusion or for label shots, checked before training starts. */

import { InputError } from "../base/errors.js";
import { hasWord, labelModality, type Row } from "../data/index.js";
import { fusionOf, fusions } from "../fusion/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { checkLabelNames, type Recipe, viewOf } from "../model/index.js";

/**
 * The encoding of the labels of train rows as text; undefined if neither fusion nor label shots use it. Throws an `InputError`
 * if no modality is text, and for a label without any feature. With label shots, the labels of `heldRows` are checked too.
 */
export function labelTextFor(
  { fusion, task, episode }: Recipe,
  specs: Readonly<Record<string, ModalitySpec>>,
  trainRows: readonly Row[],
  heldRows: readonly Row[],
): ModalitySpec | undefined {
  const view = viewOf(episode, specs, task, (field) => `recipe, field "episode.${field}"`);
  checkLabelNames([...trainRows, ...heldRows], view);
  const name = labelModality(specs);
  const spec = name === undefined ? undefined : specs[name];
  if (!fusionOf(fusion).usesLabelText) return view.labelShots ? spec : undefined;
  const others = Object.keys(fusions).filter((name) => !fusionOf(name).usesLabelText);
  if (!spec)
    throw new InputError({
      code: "recipe/no-text",
      where: 'recipe, field "fusion"',
      problem: `${fusion} reads labels as text, and no modality is text: ${Object.keys(specs).join(", ")}`,
      expected: "a modality of kind text, whose encoder reads labels too",
      remedy: `Add one, or choose another fusion: ${others.join(", ")}.`,
    });
  const mute = trainRows.find(({ label }) => label !== undefined && !hasWord(label));
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
