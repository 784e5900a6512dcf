/** The episodes of validation: for selecting weights, for fitting temperature and threshold, and of other ways. */

import { trainingDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import {
  type Episode,
  type EpisodeOptions,
  episodeSampler,
  type Table,
  unknownSampler,
} from "../episode/index.js";
import { learnerOf } from "../learner/index.js";
import { mostOf, type Recipe } from "../model/index.js";

/** Most queries per class in a validation episode. */
const VALIDATION_QUERIES = 15;

/** Episodes of one way. */
interface WayEpisodes {
  readonly way: number;
  readonly episodes: readonly Episode[];
}

export interface Validation {
  readonly table: Table;
  /** Episodes of validation classes; none in closed (supervised) training, which validates on the rows of `table`. */
  readonly episodes: readonly Episode[];
  readonly way: number;
  /** Episodes with queries of unknown classes, as far as there are any, for fitting the model's certainty. */
  readonly open: WayEpisodes;
  /** Episodes of other ways, to check whether the temperature fitted on `open` makes calibration worse there. */
  readonly otherWays: readonly WayEpisodes[];
}

/** How episodes are drawn, except for their way. */
type DrawOptions = Omit<EpisodeOptions, "way">;

/** How validation episodes of a recipe are drawn. */
export const validationDraw = ({ task, episode: { shot, across } }: Recipe): DrawOptions => ({
  task,
  shot,
  query: VALIDATION_QUERIES,
  across,
});

/** The largest way that can be drawn; 0 if no episode can be. */
export function largestWay(table: Table, classes: readonly string[], draw: DrawOptions): number {
  try {
    return episodeSampler(table.rows, classes, { ...draw, way: smallestWay(draw.task) }, "").mostWay;
  } catch (error) {
    if (error instanceof InputError && error.code === "data/too-few-eligible") return 0;
    throw error;
  }
}

const smallestWay = (task: DrawOptions["task"]) => (task === "regression" ? 1 : 2);

/** Validation on held-out rows of the train classes; undefined without such rows. */
export const closedValidation = (table: Table, classes: readonly string[]): Validation | undefined =>
  table.rows.length === 0
    ? undefined
    : { table, episodes: [], way: classes.length, open: { episodes: [], way: 0 }, otherWays: [] };

/** Validation on episodes of at most `way` classes; undefined if too few classes have enough examples. */
export function episodeValidation(
  table: Table,
  classes: readonly string[],
  recipe: Recipe,
  way: Recipe["episode"]["way"],
): Validation | undefined {
  const { task, train, seed } = recipe;
  const draw = validationDraw(recipe);
  const most = Math.min(mostOf(way), largestWay(table, classes, draw));
  const { fixedWay } = learnerOf(recipe.learner, task);
  if (most < smallestWay(task) || (fixedWay && most !== way)) return undefined;
  const drawnWay: Recipe["episode"]["way"] = fixedWay ? [most, most] : most;
  const sampler = episodeSampler(table.rows, classes, { ...draw, way: drawnWay }, "split val");
  const episodes = Array.from({ length: train.evalEpisodes }, (_, i) =>
    sampler.draw(random(seed, "validate", i)),
  );
  const open = openEpisodes(table, classes, recipe, most);
  const otherWays =
    fixedWay || task === "regression" ? [] : episodesOfOtherWays(table, classes, recipe, open.way);
  return { table, episodes, way: most, open, otherWays };
}

/**
 * Validation episodes for the open-set threshold: unless the way is fixed, at most half of the eligible classes are known,
 * so that the rest can serve as unknown classes.
 */
function openEpisodes(table: Table, classes: readonly string[], recipe: Recipe, most: number): WayEpisodes {
  const { task, train, seed } = recipe;
  const draw = validationDraw(recipe);
  const half = Math.max(smallestWay(task), Math.floor(largestWay(table, classes, draw) / 2));
  const way = learnerOf(recipe.learner, task).fixedWay ? most : Math.min(most, half);
  const sampler = episodeSampler(table.rows, classes, { ...draw, way }, "split val");
  const addUnknown = unknownSampler(table.rows, draw);
  const episodes = Array.from({ length: train.evalEpisodes }, (_, i) =>
    addUnknown(sampler.draw(random(seed, "certainty", i)), random(seed, "unknown", i)),
  );
  return { episodes, way };
}

/** Episodes of the most common ways, 2 and 5, and of the largest way that is evaluated by default. */
function episodesOfOtherWays(
  table: Table,
  classes: readonly string[],
  recipe: Recipe,
  fittedWay: number,
): WayEpisodes[] {
  const draw = validationDraw(recipe);
  const most = largestWay(table, classes, draw);
  const ways = [...new Set([2, 5, Math.min(trainingDefaults.way, most)])].filter(
    (way) => way <= most && way !== fittedWay,
  );
  return ways.map((way) => {
    const sampler = episodeSampler(table.rows, classes, { ...draw, way: [way, way] }, "split val");
    const episodes = Array.from({ length: recipe.train.evalEpisodes }, (_, i) =>
      sampler.draw(random(recipe.seed, `temperature ${way}`, i)),
    );
    return { way, episodes };
  });
}
