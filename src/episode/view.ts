/**
 * What an episode shows of its examples. Cross-modal use: the support shows some modalities and the query others, such
 * as texts to learn from and images to tell. Label shots: each class's name is one more support example, which shows
 * text alone, since an example of any modality is a sample of the same class (Lin, Yu, Kuang, Pathak, Ramanan, 2023).
 *
 * What training shows is in a recipe's `episode`, what evaluation shows in its options; a task takes what it is given.
 * A modality that is not shown is absent to learner, fusion and statistics. While training, the terms of alignment and
 * relation see it all the same (`withheld` in collate.ts): they are what draws the modalities together.
 */

import type { Episode, EpisodeItem } from "./sampler.js";

export interface View {
  /** The modalities that support and query show. */
  readonly support: readonly string[];
  readonly query: readonly string[];
  /** How many support examples the name of a class is; default 0. */
  readonly labelShots?: number;
}

/** The episode with the name of each class as `count` more support examples, after the others. */
export function withLabelShots(episode: Episode, count = 0): Episode {
  if (count === 0) return episode;
  const named = episode.classes.flatMap((_, label) => {
    const { row } = episode.support.find((item) => item.label === label)!;
    return Array<EpisodeItem>(count).fill({ row, label, byName: true });
  });
  return { ...episode, support: [...episode.support, ...named] };
}
