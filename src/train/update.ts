/** One update of a model from the episodes of a step: mean gradient, Adam or plain descent, running averages. */

import { type ArraySpec, type Arrays, leavesOf, mapTree, type Tree } from "../base/array.js";
import type { ChunkResult, Recipe, Weights } from "../model/index.js";
import { adam, initMoments, type Moments } from "./adam.js";
import { mapFlat, meanOfTrees } from "./mean.js";
import { sgd } from "./sgd.js";

/** The share of the old average that a running average keeps. */
const MOMENTUM = 0.9;

/** All that a training step changes. */
export interface TrainingState extends Weights {
  readonly step: number;
  /** Adam's; plain descent keeps none. */
  readonly moments: Moments | Record<string, never>;
}

export function startingState(
  weights: Weights,
  optimizer: Recipe["train"]["optimizer"] = "adam",
): TrainingState {
  return { ...weights, step: 0, moments: optimizer === "adam" ? initMoments(weights.params) : {} };
}

/** The state after one more step. `trainable` says which parameters change; all, when absent. */
export function update(
  state: TrainingState,
  chunks: readonly ChunkResult[],
  rate: number,
  trainable?: (path: string) => boolean,
): TrainingState {
  const gradient = meanOfTrees(chunks.map((chunk) => chunk.gradient));
  const statistics = meanOfTrees(chunks.map((chunk) => chunk.statistics));
  const step = state.step + 1;
  const next =
    "first" in state.moments
      ? adam(state.params, gradient, state.moments as Moments, rate, step)
      : { params: sgd(state.params, gradient, rate), moments: {} };
  const averages = mapFlat((old, own) => MOMENTUM * old + (1 - MOMENTUM) * own, state.state, statistics);
  const params = trainable ? keepFrozen(state.params, next.params, trainable) : next.params;
  return { ...next, params, state: averages, step };
}

/** `next`, except where the path is not trainable. */
function keepFrozen(before: Arrays, next: Arrays, trainable: (path: string) => boolean): Arrays {
  const old = new Map(leavesOf(before as Tree<ArraySpec>));
  return mapTree(
    (leaf: ArraySpec, path) => (trainable(path) ? leaf : old.get(path)!),
    next as Tree<ArraySpec>,
  ) as Arrays;
}
