/** Shared by the contract tests: an engine, episodes, and the recipes that combine the rows of all tables. */

import { alignments } from "../../src/alignment/index.js";
import { auxiliaries } from "../../src/auxiliary/index.js";
import type { Example } from "../../src/data/index.js";
import type { EpisodeArrays } from "../../src/episode/index.js";
import type { Recipe, RecipeInput } from "../../src/model/index.js";
import { drawing, lacking } from "./drawings.js";
import { engine } from "./engine.js";
import type { Lane } from "./lane.js";
import { arraysOf, drawEpisode, tinyPrograms, tinyShapes, tinySpecs, without } from "./tiny.js";

export const WAY = 3;
const whole = drawEpisode(11, { shapes: tinyShapes, way: WAY, shot: [1, 2, 3], query: 2 });
/** An episode with one support example without image and one query without strokes. */
export const episode: EpisodeArrays = {
  ...whole,
  support: without(whole.support, "image", [1]),
  query: without(whole.query, "strokes", [0]),
};

/** A recipe with its name and the lane that tests it. */
export interface Case {
  readonly how: string;
  readonly learner: string;
  readonly recipe: RecipeInput;
  readonly lane: Lane;
}

export const as = (name: string) => ({ name }) as never;

/** Recipes with one alignment or one auxiliary objective each. */
export const terms: readonly (readonly [how: string, recipe: RecipeInput])[] = [
  ...Object.keys(alignments).map(
    (name) => [`aligned by ${name}`, { alignment: { name: name as never, weight: 0.5 } }] as const,
  ),
  ...Object.keys(auxiliaries).map(
    (name) => [`with ${name}`, { auxiliary: { name: name as never } }] as const,
  ),
];

/** One alignment trained by gradient, one in closed form, and one auxiliary objective. */
export const isUsualTerm = (how: string) => / (mean|gcca|masked)$/.test(how);

export const programsOf = (learner: string, recipe: RecipeInput = {}) =>
  tinyPrograms(engine, { learner: as(learner), ...recipe });

/** Path, dtype and shape of every array of a tree. */
export const typesOf = (tree: unknown) =>
  arraysOf(tree).map(([path, { dtype, shape }]) => `${path}: ${dtype}[${shape}]`);

/** Examples of class `k`: the second has no image, the third no strokes. */
export function drawings(k: number, count: number): Example[] {
  return Array.from({ length: count }, (_, i) => {
    const example = drawing(k, i);
    return i % 3 === 0 ? example : lacking(example, i % 3 === 1 ? "image" : "strokes");
  });
}

/** The card of a tiny model, with keys in stored order. */
export const tinyCard = (recipe: Recipe) => ({
  recipe,
  modalities: tinySpecs,
  classes: { train: ["x"], val: [], test: [] },
  data: { name: "tiny", rows: 0, unusedRows: 0 },
  training: { steps: 0, selectedStep: 0, validation: null },
  certainty: null,
  alone: [],
  libraries: {},
});
