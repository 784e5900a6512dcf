/** Augmentation: training examples as they might have been otherwise. Never of what is validated or tested. */

import { sizeOf } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { EpisodeArrays } from "../episode/index.js";
import { type ModalitySpec, modalityFor } from "../modality/index.js";

/** Augment every example of an episode that has `modality`, shown or withheld, in place, each by itself and one a turn. */
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
