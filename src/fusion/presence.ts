/** What fusions ask of the modalities that an example has. */

import { np, type Tensor } from "../engine/index.js";
import type { ByModality } from "./types.js";

/** How many modalities each example has [N], counting 1 where it has none. */
export const countPresent = (present: ByModality<Tensor>): Tensor =>
  np.maximum(total(Object.values(present)), 1);

/** The vectors [N, width] times a number an example [N]: by `present`, zeros where a modality is absent. */
export const masked = (features: ByModality<Tensor>, present: ByModality<Tensor>): ByModality<Tensor> =>
  mapEach(features, (h, name) => h.mul(present[name].reshape([-1, 1])));

/** The mean [N, width] of the vectors present; 0 where an example has none. */
export const meanPresent = (features: ByModality<Tensor>, present: ByModality<Tensor>): Tensor =>
  total(Object.values(masked(features, present))).div(countPresent(present).reshape([-1, 1]));

/** 1 / (modalities present) of each modality present [N]: the weights where all are combined as equals. */
export const equalShares = (present: ByModality<Tensor>): ByModality<Tensor> =>
  mapEach(present, (has) => has.div(countPresent(present)));

export const total = (tensors: readonly Tensor[]): Tensor => tensors.reduce((sum, x) => sum.add(x));

export const mapEach = <In, Out>(
  of: ByModality<In>,
  fn: (value: In, name: string) => Out,
): Record<string, Out> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, fn(value, name)]));
