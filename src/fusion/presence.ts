/** Sums and means over the modalities that an example has. */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "./types.js";

/** Number of modalities present per example `[N]`, at least 1, as a divisor. */
export const countPresent = (present: ByModality<Tensor>): Tensor =>
  np.maximum(total(Object.values(present)), 1);

/** Features `[N, width]` times a factor `[N]` per modality: with a presence mask, zeros for absent modalities. */
export const masked = (features: ByModality<Tensor>, factors: ByModality<Tensor>): ByModality<Tensor> =>
  mapEach(features, (h, name) => h.mul(factors[name].reshape([-1, 1])));

/** Mean `[N, width]` of the features of the modalities present; 0 for an example with none. */
export const meanPresent = (features: ByModality<Tensor>, present: ByModality<Tensor>): Tensor =>
  total(Object.values(masked(features, present))).div(countPresent(present).reshape([-1, 1]));

/** Equal fusion weights `[N]`: 1 / (number of modalities present) for each modality present. */
export const equalShares = (present: ByModality<Tensor>): ByModality<Tensor> =>
  mapEach(present, (mask) => mask.div(countPresent(present)));

/** Sum of at least one tensor. */
export const total = (tensors: readonly Tensor[]): Tensor => tensors.reduce((sum, x) => sum.add(x));

/** Apply `fn` to each modality's value. */
export const mapEach = <In, Out>(
  values: ByModality<In>,
  fn: (value: In, name: string) => Out,
): Record<string, Out> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fn(value, name)]));
