/** Whether data have anything that a model takes. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import type { Model } from "../model/index.js";

/** Throw an `InputError` for a data set that has none of the model's modalities. */
export function checkKinds({ modalities }: Model, { name, kinds }: Dataset): void {
  if (modalities.some((modality) => Object.hasOwn(kinds, modality))) return;
  throw new InputError({
    code: "evaluate/other-modalities",
    where: name,
    problem: `the data have ${Object.keys(kinds).join(", ")}`,
    expected: `at least one of ${modalities.join(", ")}, which the model was trained on`,
    remedy: "Evaluate on data that have one of these, or train a model on these data.",
  });
}
