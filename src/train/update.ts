/** The update of a training step: Adam or SGD on the parameters, exponential averages of the statistics. */

import {
  type ArraySpec,
  type Arrays,
  copyTree,
  leavesOf,
  mapTree,
  type NDArray,
  type Tree,
} from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { Recipe, Weights } from "../model/index.js";
import { adam, adamInPlace, initMoments, type Moments, type StepFactors } from "../optim/adam.js";
import { sgd, sgdInPlace } from "../optim/sgd.js";
import type { MetaGradient, TracedUpdate } from "./programs.js";

/** Weight of the previous value in a running average. */
const MOMENTUM = 0.9;

/** What a training step changes: weights and optimizer state. Its arrays are owned by it and changed in place. */
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
  said: Pick<MetaGradient, "gradient" | "statistics">,
  rate: number,
  trainable: (path: string) => boolean = () => true,
): TrainingState {
  const [gradient, statistics] = [said.gradient, said.statistics].map(flatten);
  const step = state.step + 1;
  const moments = "first" in state.moments ? (state.moments as Moments) : undefined;
  const [first, second] = [moments?.first ?? {}, moments?.second ?? {}].map(flatten);
  for (const [path, theta] of flatten(state.params)) {
    const slope = gradient.get(path)!;
    if (!trainable(path)) continue;
    if (moments) adamInPlace(theta, slope, first.get(path)!, second.get(path)!, rate, step);
    else sgdInPlace(theta, slope, rate);
  }
  for (const [path, average] of flatten(state.state)) {
    const own = statistics.get(path)!;
    for (let k = 0; k < average.length; k++) average[k] = MOMENTUM * average[k] + (1 - MOMENTUM) * own[k];
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
  const [slopes, averages, kept] = [gradient, statistics, moments].map(tensorsByPath);
  const next = new Map<string, Tensor>();
  for (const [path, theta] of tensorsByPath(params)) {
    const [first, second] = [kept.get(`first.${path}`), kept.get(`second.${path}`)];
    const slope = slopes.get(path)!;
    if (!trainable(path)) continue;
    if (first && second) {
      const moved = adam<Tensor>(factors).update(theta, slope, { first, second });
      next.set(`params.${path}`, moved.params);
      next.set(`moments.first.${path}`, moved.state.first);
      next.set(`moments.second.${path}`, moved.state.second);
    } else
      next.set(`params.${path}`, sgd<Tensor>(factors.learningRate).update(theta, slope, undefined).params);
  }
  for (const [path, average] of tensorsByPath(state))
    next.set(`state.${path}`, average.mul(MOMENTUM).add(averages.get(path)!.mul(1 - MOMENTUM)));
  const old = { params, state, moments } as never as Tree<ArraySpec & Tensor>;
  const moved = mapTree((leaf, path) => next.get(path) ?? leaf, old) as unknown as Record<string, Tensors>;
  return { loss, score, ...moved };
};

const tensorsByPath = (tree: Tensors): ReadonlyMap<string, Tensor> =>
  new Map(leavesOf(tree as never as Tree<ArraySpec & Tensor>));
