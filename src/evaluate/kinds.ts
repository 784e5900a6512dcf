/** Checks that data have one of a model's modalities. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import type { Model } from "../model/index.js";

/** Throw an `InputError` for a data set of which no row has any of the model's modalities. */
export function checkKinds({ modalities }: Model, { name, rows }: Dataset): void {
  const found = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  if (modalities.some((modality) => found.has(modality))) return;
  throw new InputError({
    code: "evaluate/other-modalities",
    where: name,
    problem: `the data have ${[...found].join(", ") || "no modality that is known"}`,
    expected: `at least one of ${modalities.join(", ")}, which the model was trained on`,
    remedy: "Evaluate on data that have one of these, or train a model on these data.",
  });
}
