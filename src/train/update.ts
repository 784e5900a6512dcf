/**
 * The update of a training step: Adam or SGD on the parameters, exponential averages of the statistics. A step whose loss,
 * gradient or result is not finite leaves parameters, moments and averages as they are, to the bit.
 */

import { type Arrays, allFinite, copyTree, leavesOf, type NDArray, type Tree } from "../base/array.js";
import type { Recipe, Weights } from "../model/index.js";
import { adamInPlace, initMoments, type Moments } from "../optim/adam.js";
import { sgdInPlace } from "../optim/sgd.js";
import { clipFactor, normOf } from "./gradient-norm.js";
import type { MeanGradient } from "./programs.js";

/** Weight of the previous value in a running average. */
export const MOMENTUM = 0.9;

/** Weights and optimizer state of a training run. Steps change its arrays in place. */
export type TrainingState = Weights & {
  /** Steps so far, including those that were left out. */
  readonly step: number;
  /** Updates of the parameters so far: the step of Adam's bias correction. */
  readonly updates: number;
  /** Moments of Adam; empty for SGD. */
  readonly moments: Moments | Record<string, never>;
};

/** The result of an update. */
export interface Updated {
  readonly state: TrainingState;
  /** False if the step was left out because a value was not finite. */
  readonly isTaken: boolean;
  /** ‖g‖ over the trainable parameters, before clipping. */
  readonly gradientNorm: number;
}

export interface UpdateOptions {
  /** The parameters that change; default all. */
  trainable?: (path: string) => boolean;
  /** Largest norm of the gradient; by default it is not clipped. */
  clipNorm?: number;
}

export function startingState(
  { params, state }: Weights,
  optimizer: Recipe["train"]["optimizer"] = "adam",
): TrainingState {
  const moments = optimizer === "adam" ? initMoments(params) : {};
  return { params: copyTree(params), state: copyTree(state), step: 0, updates: 0, moments };
}

/** Apply a meta-gradient in place, unless it, its loss or the result is not finite. */
export function update(
  state: TrainingState,
  metaGradient: Pick<MeanGradient, "loss" | "gradient" | "statistics">,
  learningRate: number,
  { trainable = () => true, clipNorm }: UpdateOptions = {},
): Updated {
  const { loss, gradient, statistics } = metaGradient;
  const gradients = [...flatten(gradient)].filter(([path]) => trainable(path));
  const gradientNorm = normOf(gradients.map(([, values]) => values));
  const step = state.step + 1;
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) {
    const { params, state: averages, moments } = state;
    const changing = [params, averages, moments].flatMap((tree) => [...flatten(tree).values()]);
    const before = changing.map((values) => values.slice());
    apply(state, new Map(gradients), clipFactor(gradientNorm, clipNorm), learningRate);
    average(averages, statistics);
    if (changing.every(allFinite))
      return { state: { ...state, step, updates: state.updates + 1 }, isTaken: true, gradientNorm };
    for (const [i, values] of changing.entries()) values.set(before[i]);
  }
  return { state: { ...state, step }, isTaken: false, gradientNorm };
}

/** A step of the optimizer on the parameters that have a gradient. */
function apply(
  { params, moments, updates }: TrainingState,
  gradients: ReadonlyMap<string, Float32Array>,
  factor: number,
  learningRate: number,
): void {
  const { first, second } = "first" in moments ? (moments as Moments) : {};
  const [m, v] = [first ?? {}, second ?? {}].map(flatten);
  for (const [path, theta] of flatten(params)) {
    const given = gradients.get(path);
    if (!given) continue;
    const gradient = factor < 1 ? scaled(given, factor) : given;
    if (first) adamInPlace(theta, gradient, m.get(path)!, v.get(path)!, learningRate, updates + 1);
    else sgdInPlace(theta, gradient, learningRate);
  }
}

function average(averages: Arrays, statistics: Arrays): void {
  const measured = flatten(statistics);
  for (const [path, values] of flatten(averages)) {
    const current = measured.get(path)!;
    for (let k = 0; k < values.length; k++) values[k] = MOMENTUM * values[k] + (1 - MOMENTUM) * current[k];
  }
}

function scaled(values: Float32Array, factor: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) result[k] = factor * values[k];
  return result;
}

/** The arrays of a tree by path. */
const flatten = (tree: Arrays): ReadonlyMap<string, Float32Array> =>
  new Map(leavesOf(tree as Tree<NDArray>).map(([path, { data }]) => [path, data as Float32Array]));
