/** What an alignment is: a loss that draws the modalities of one example together. */

import type { Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";

/** One row of the alignment table. */
export interface Alignment {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** The loss (a scalar) of `features` [N, width] by modality, over the examples that have several. */
  loss(features: ByModality<Tensor>, present: ByModality<Tensor>): Tensor;
}
