/** The batches that learners take, from inputs by name. */

import type { Tensor } from "../engine/index.js";
import type { ModelDefinition } from "../model/index.js";
import type { Batch } from "../objective/index.js";
import type { Named } from "./exported.js";
import { type ModalityNames, namesOf } from "./names.js";

function byModality(
  definition: ModelDefinition,
  inputs: Named<Tensor>,
  of: (names: ModalityNames) => string,
) {
  const names = Object.entries(namesOf(definition));
  return Object.fromEntries(names.map(([modality, own]) => [modality, inputs[of(own)]]));
}

/** The support of an example mask `[N]`, with its label text if there is any. */
export function supportBatch(definition: ModelDefinition, inputs: Named<Tensor>, mask: Tensor): Batch {
  const { support_label_text: values, support_label_text_present: present } = inputs;
  return {
    values: byModality(definition, inputs, ({ support }) => support),
    present: byModality(definition, inputs, ({ supportPresent }) => supportPresent),
    mask,
    ...(values && { labelText: { values, present } }),
  };
}

/** Queries, none of which is padding. */
export function queryBatch(definition: ModelDefinition, inputs: Named<Tensor>, mask: Tensor): Batch {
  return {
    values: byModality(definition, inputs, ({ query }) => query),
    present: byModality(definition, inputs, ({ queryPresent }) => queryPresent),
    mask,
  };
}
