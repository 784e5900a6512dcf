/** One update of a model from the episodes of a step: mean gradient, Adam or plain descent, running averages. */

import {
  type ArraySpec,
  type Arrays,
  allocate,
  float32,
  leavesOf,
  mapTree,
  type NDArray,
  type Tree,
} from "../base/array.js";
import { type Engine, mapTensors, type Tensor, type Tensors } from "../engine/index.js";
import type { ChunkResult, Recipe, Weights } from "../model/index.js";
import { adam, adamScalars, initMoments, type Moments } from "./adam.js";
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

/** The mean of trees of one structure, added up in the order given. */
function meanTree(trees: readonly Arrays[]): Arrays {
  const leaves = trees.map((tree) => leavesOf(tree as Tree<ArraySpec>).map(([, leaf]) => leaf as NDArray));
  let i = 0;
  return mapTree(
    (leaf: ArraySpec) => {
      const mean = allocate(leaf);
      for (const own of leaves) {
        const { data } = own[i];
        for (let k = 0; k < data.length; k++) mean.data[k] += data[k];
      }
      for (let k = 0; k < mean.data.length; k++) mean.data[k] /= trees.length;
      i++;
      return mean;
    },
    trees[0] as Tree<ArraySpec>,
  ) as Arrays;
}

/** The state after one more step. `trainable` says which parameters change; all, when absent. */
export async function update(
  engine: Engine,
  key: string,
  state: TrainingState,
  chunks: readonly ChunkResult[],
  rate: number,
  trainable?: (path: string) => boolean,
): Promise<TrainingState> {
  const gradient = meanTree(chunks.map((chunk) => chunk.gradient));
  const statistics = meanTree(chunks.map((chunk) => chunk.statistics));
  const step = state.step + 1;
  const scalars = float32(adamScalars(rate, step), [3]);
  const args = [state.params, gradient, state.moments, state.state, statistics, scalars] as Arrays[];
  const optimizer = "first" in state.moments ? "adam" : "sgd";
  const program = engine.program(`${key} ${optimizer}`, () =>
    engine.compile(
      (
        p: Tensors,
        g: Tensors,
        moments: { first: Tensors; second: Tensors },
        old: Tensors,
        measured: Tensors,
        s: Tensor,
      ) => ({
        ...(optimizer === "adam" ? adam(p, g, moments, s) : { params: sgd(p, g, s.slice(0)), moments: {} }),
        state: mapTensors((a, b) => a.mul(MOMENTUM).add(b.mul(1 - MOMENTUM)), old, measured),
      }),
      args as Tree<ArraySpec>[],
    ),
  );
  const next = (await program.run(args)) as unknown as Omit<TrainingState, "step">;
  const params = trainable ? keepFrozen(state.params, next.params, trainable) : next.params;
  return { ...next, params, step };
}

/** `next`, except where the path is not trainable. */
function keepFrozen(before: Arrays, next: Arrays, trainable: (path: string) => boolean): Arrays {
  const old = new Map(leavesOf(before as Tree<ArraySpec>));
  return mapTree(
    (leaf: ArraySpec, path) => (trainable(path) ? leaf : old.get(path)!),
    next as Tree<ArraySpec>,
  ) as Arrays;
}
