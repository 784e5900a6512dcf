/** The update of a training step: Adam or SGD on the parameters, exponential averages of the statistics. */

import { type Arrays, copyTree, leavesOf, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { Recipe, Weights } from "../model/index.js";
import { adam, adamInPlace, initMoments, type Moments, type StepFactors } from "../optim/adam.js";
import { sgd, sgdInPlace } from "../optim/sgd.js";
import type { MetaGradient, TracedUpdate } from "./programs.js";

/** Weight of the previous value in a running average. */
const MOMENTUM = 0.9;

/** Weights and optimizer state of a training run. Steps change its arrays in place. */
export type TrainingState = Weights & {
  readonly step: number;
  /** Moments of Adam; empty for SGD. */
  readonly moments: Moments | Record<string, never>;
};

export function startingState(
  { params, state }: Weights,
  optimizer: Recipe["train"]["optimizer"] = "adam",
): TrainingState {
  const moments = optimizer === "adam" ? initMoments(params) : {};
  return { params: copyTree(params), state: copyTree(state), step: 0, moments };
}

/** Apply a meta-gradient in place. `trainable` selects the parameters that change; default all. */
export function update(
  state: TrainingState,
  metaGradient: Pick<MetaGradient, "gradient" | "statistics">,
  learningRate: number,
  trainable: (path: string) => boolean = () => true,
): TrainingState {
  const [gradients, statistics] = [metaGradient.gradient, metaGradient.statistics].map(flatten);
  const step = state.step + 1;
  const moments = "first" in state.moments ? (state.moments as Moments) : undefined;
  const [first, second] = [moments?.first ?? {}, moments?.second ?? {}].map(flatten);
  for (const [path, theta] of flatten(state.params)) {
    const gradient = gradients.get(path)!;
    if (!trainable(path)) continue;
    if (moments) adamInPlace(theta, gradient, first.get(path)!, second.get(path)!, learningRate, step);
    else sgdInPlace(theta, gradient, learningRate);
  }
  for (const [path, average] of flatten(state.state)) {
    const measured = statistics.get(path)!;
    for (let k = 0; k < average.length; k++)
      average[k] = MOMENTUM * average[k] + (1 - MOMENTUM) * measured[k];
  }
  return { ...state, step };
}

/** The arrays of a tree by path. */
const flatten = (tree: Arrays): ReadonlyMap<string, Float32Array> =>
  new Map(leavesOf(tree as Tree<NDArray>).map(([path, { data }]) => [path, data as Float32Array]));

/** The same update while tracing, as part of the program that computes the gradient; `given` holds moments and step factors. */
export const updated: TracedUpdate = (
  { params, state },
  { loss, score, statistics, gradient },
  given,
  trainable,
) => {
  const { moments, factors } = given as { moments: Tensors; factors: StepFactors<Tensor> };
  const [gradients, measured, momentsByPath] = [gradient, statistics, moments].map(tensorsByPath);
  const next = new Map<string, Tensor>();
  for (const [path, theta] of tensorsByPath(params)) {
    const [first, second] = [momentsByPath.get(`first.${path}`), momentsByPath.get(`second.${path}`)];
    const ofParameter = gradients.get(path)!;
    if (!trainable(path)) continue;
    if (first && second) {
      const result = adam<Tensor>(factors).update(theta, ofParameter, { first, second });
      next.set(`params.${path}`, result.params);
      next.set(`moments.first.${path}`, result.state.first);
      next.set(`moments.second.${path}`, result.state.second);
    } else {
      const result = sgd<Tensor>(factors.learningRate).update(theta, ofParameter, undefined);
      next.set(`params.${path}`, result.params);
    }
  }
  for (const [path, average] of tensorsByPath(state))
    next.set(`state.${path}`, average.mul(MOMENTUM).add(measured.get(path)!.mul(1 - MOMENTUM)));
  const updatedTree = (tree: Tensors, root: string) =>
    mapTree<Tensor, Tensor>((leaf, path) => next.get(path) ?? leaf, tree, root);
  return {
    loss,
    score,
    params: updatedTree(params, "params"),
    state: updatedTree(state, "state"),
    moments: updatedTree(moments, "moments"),
  };
};

const tensorsByPath = (tree: Tensors): ReadonlyMap<string, Tensor> => new Map(leavesOf<Tensor>(tree));
