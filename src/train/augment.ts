/** Data augmentation: random label-preserving changes of training examples, never of validation or test examples. */

import { sizeOf } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { EpisodeArrays } from "../episode/index.js";
import { type ModalitySpec, modalityFor } from "../modality/index.js";

/** Augment the `modality` of every example of an episode in place, one example per turn; withheld values too. */
export function* augment(
  episode: EpisodeArrays,
  modality: string,
  spec: ModalitySpec,
  random: Random,
): Generator<void, void> {
  const size = sizeOf(spec.shape);
  for (const { values, present, withheld } of [episode.support, episode.query])
    for (const [i, has] of present[modality]?.data.entries() ?? []) {
      if (!has && !withheld?.[modality].data[i]) continue;
      const array = (values[modality].data as Float32Array).subarray(i * size, (i + 1) * size);
      modalityFor(spec, modality).augment(array, spec, random);
      yield;
    }
}
