/**
 * The modalities that the examples of an episode show. For cross-modal tasks, support and query show different modalities,
 * such as texts to learn from and images to classify. With label shots, the name of each class is an additional support
 * example of text alone: an example of any modality is a sample of its class (Lin, Yu, Kuang, Pathak, Ramanan, 2023).
 *
 * The view of training is in a recipe's `episode`, that of an evaluation in its options; an adapted task uses what it is
 * given. Learner, fusion and statistics treat a modality that is not shown as missing. In training, the alignment and
 * auxiliary losses still use it (`withheld` in collate.ts), since they relate the modalities to one another.
 */

import type { Episode, EpisodeItem } from "./episode.js";

export interface View {
  /** The modalities that support examples show. */
  readonly support: readonly string[];
  /** The modalities that queries show. */
  readonly query: readonly string[];
  /** Support examples per class that show the class name as text; default 0. */
  readonly labelShots?: number;
}

/** The episode with the name of each class as `count` additional support examples, after the others. */
export function withLabelShots(episode: Episode, count = 0): Episode {
  if (count === 0) return episode;
  const named = episode.classes.flatMap((_, label) => {
    const { row } = episode.support.find((item) => item.label === label)!;
    return Array<EpisodeItem>(count).fill({ row, label, byName: true });
  });
  return { ...episode, support: [...episode.support, ...named] };
}
