/** One modality's encoder as a function of tensors, for models whose examples are encoded independently. */

import { np, type Tensor } from "../engine/index.js";
import type { ModelDefinition } from "../model/index.js";
import type { WeightTensors } from "./exported.js";

/** Features `[N, width]` of values `[N, …shape]`. */
export function encodeModality(
  { network }: ModelDefinition,
  { params, state }: WeightTensors,
  modality: string,
  values: Tensor,
): Tensor {
  const mask = np.ones([values.shape[0]]);
  const batch = { values: { [modality]: values }, present: { [modality]: mask }, mask };
  return network.embedQuery(params.network, batch, state).parts[modality];
}
