/**
 * Default values, each stated once: the library applies them and the command line's help prints them. This file imports
 * nothing, so that help does not load the library.
 */

/** Learner by task, when a recipe names none; `closed` is supervised training. */
export const defaultLearners = {
  classification: "prototypical",
  closed: "supervised",
  regression: "ridge",
} as const;

/** Episodes and budget of training. */
export const trainingDefaults = {
  /** Classes per episode; fewer if fewer have enough examples. */
  way: 20,
  /** Support examples per class (group, for regression). */
  shot: 1,
  /** Query examples per class (group), at most. */
  query: 5,
  /** Budget of a recipe without a number of steps. */
  minutes: 5,
} as const;

/** Episodes of an evaluation, and of the test of a comparison. */
export const evaluationDefaults = { way: 5, shot: 1, query: 15, episodes: 1000 } as const;

/** Way of a comparison, in training and in the test, and the minutes that all of it takes. */
export const comparisonDefaults = { way: 5, minutes: 10 } as const;

/** Loss weights λ and steps of a forgetting curve. */
export const continualDefaults = { lambdas: [0, 0.1, 1, 10, 100], steps: 200 } as const;

/** Seed of all random numbers. */
export const DEFAULT_SEED = 0;

/** The largest numbers that options take: beyond them, arrays or running times are of no use. */
export const limits = {
  /** Classes, examples per class, queries and episodes of a step. */
  count: 100_000,
  /** Episodes of an evaluation. */
  episodes: 1_000_000,
  steps: 1_000_000_000,
  /** Two years. */
  minutes: 1_000_000,
  threads: 1024,
};
