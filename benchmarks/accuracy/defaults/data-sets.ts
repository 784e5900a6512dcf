/** The data sets on which the default recipe is evaluated; reference accuracies are those of `docs/results` without pretrained encoders. */

import type { EvaluateOptions } from "../../../src/index.js";

export interface DefaultsDataSet {
  /** Name of the data set in the accuracy benchmark, or `omniglot`. */
  readonly name: string;
  /** Modalities to use; default: all. Excludes a copy of a text that is meant for another encoder. */
  readonly modalities?: readonly string[];
  /** Options of `metamodal evaluate`. */
  readonly flags: Pick<EvaluateOptions, "way" | "shot" | "across">;
  /** Accuracy in `docs/results` of the first row with the same modalities, if there is one. */
  readonly referenceAccuracy?: number;
}

export const defaultsDataSets: readonly DefaultsDataSet[] = [
  { name: "omniglot", flags: { way: 5, shot: 1 }, referenceAccuracy: 0.96 },
  {
    name: "emoji",
    modalities: ["image", "tags"],
    flags: { way: 5, shot: 1, across: "group" },
    referenceAccuracy: 0.915,
  },
  { name: "icons", flags: { way: 5, shot: 1 }, referenceAccuracy: 0.696 },
  {
    name: "arabic_speech_commands",
    flags: { way: 5, shot: 1, across: "group" },
    referenceAccuracy: 0.847,
  },
  { name: "clinc150", modalities: ["text"], flags: { way: 5, shot: 1 }, referenceAccuracy: 0.798 },
  { name: "leaf100", flags: { way: 20, shot: 1 }, referenceAccuracy: 0.958 },
  { name: "pmlb_tasks", flags: { way: 5, shot: 5 }, referenceAccuracy: 0.638 },
];
