/** Episodes, and the interface of the samplers that draw them. */

import type { Random } from "../base/random.js";
import type { TaskKind } from "../data/task.js";

/** How episodes are drawn. In regression a "class" below is a group, and `way` is 1. */
export interface EpisodeOptions {
  /** Default `classification`. */
  task?: TaskKind;
  /**
   * Classes per episode, or the range from which the number is drawn. If each group is a task of its own, a single number is
   * a maximum: a group with fewer classes (at least two) gives episodes of all of them.
   */
  way: number | [min: number, max: number];
  /** Support examples per class. */
  shot: number;
  /** Query examples per class, at most: a class contributes as many as it has left. */
  query: number;
  /** `"group"` draws support and query from different groups. */
  across?: string | null;
}

/** One example of an episode. */
export interface EpisodeItem {
  /** Index of the sampler's rows. */
  row: number;
  /** Index of the episode's classes: 0 to way − 1; 0 in regression; −1 for a query of an unknown class. */
  label: number;
  /** Set if the example shows the text of its label, and nothing else. */
  byName?: true;
}

/** `classes[label]` is the name of a class. The support is in class order, the query in random order. */
export interface Episode {
  classes: string[];
  support: EpisodeItem[];
  query: EpisodeItem[];
}

export interface EpisodeSampler {
  /** The classes that episodes are drawn from. */
  eligible: string[];
  /** The classes with too few examples. */
  ineligible: string[];
  /** The largest number of classes that an episode could have, whatever the way. */
  mostWay: number;
  /** Draw an episode: a pure function of the stream, in time proportional to the number of classes and the episode. */
  draw(random: Random): Episode;
}
