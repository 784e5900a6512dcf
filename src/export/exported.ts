/** What an export is made of, and the arrays that exported functions take. */

import type { ArraySpec } from "../base/array.js";
import type { TargetScale } from "../episode/targets.js";
import type { CertaintyCard, ModelDefinition, Weights } from "../model/index.js";
import type { ModelParams, ModelState } from "../objective/index.js";
import { namesOf } from "./names.js";
import type { Capacity } from "./types.js";

/** Values by name. */
export type Named<T> = Readonly<Record<string, T>>;

/** A model and the capacity of its graphs. */
export interface Exported {
  readonly definition: ModelDefinition;
  readonly weights: Weights;
  readonly certainty: CertaintyCard | null;
  /** Statistics of the train targets by which regression targets are standardised, if they are. */
  readonly targets?: TargetScale;
  readonly capacity: Capacity;
}

/** A model's parameters and statistics as tensors. */
export type WeightTensors = { readonly params: ModelParams; readonly state: ModelState };

export const isRegression = ({ definition }: Pick<Exported, "definition">): boolean =>
  definition.recipe.task === "regression";

const float = (...shape: number[]): ArraySpec => ({ dtype: "float32", shape });

/** The arrays of a support, by the names of inputs. */
export function supportSpecs(exported: Exported): Record<string, ArraySpec> {
  const { definition, capacity } = exported;
  const { support } = capacity;
  const each = Object.entries(namesOf(definition)).flatMap(([modality, names]) => [
    [names.support, float(support, ...definition.specs[modality].shape)] as const,
    [names.supportPresent, float(support)] as const,
  ]);
  const labelText = definition.labelTextSpec({ support: [], query: [], labelShots: 0 });
  return {
    ...Object.fromEntries(each),
    ...(labelText && {
      support_label_text: float(support, ...labelText.shape),
      support_label_text_present: float(support),
    }),
    ...(isRegression(exported)
      ? { support_labels: float(support), support_mask: float(support) }
      : { support_labels: { dtype: "int32", shape: [support] } }),
  };
}

/** The arrays of `count` queries, by the names of inputs. */
export const querySpecs = (definition: ModelDefinition, count: number): Record<string, ArraySpec> =>
  Object.fromEntries(
    Object.entries(namesOf(definition)).flatMap(([modality, names]) => [
      [names.query, float(count, ...definition.specs[modality].shape)],
      [names.queryPresent, float(count)],
    ]),
  );
