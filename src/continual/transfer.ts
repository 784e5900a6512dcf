/**
 * Trains on a new task with a continual method: min_θ L_new(θ) + λ L_old(θ), or on both tasks from the start,
 * min_θ E_old[L] + λ E_new[L]. Each task has classes of its own, which are columns of one head.
 */

import type { NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import type { EpisodeArrays } from "../episode/index.js";
import { type Weights, weightedSum } from "../model/index.js";
import { type Drawable, drawer, drawNow } from "../train/draw.js";
import { type MetaGradient, meanGradient, type TrainingPrograms } from "../train/programs.js";
import { annealed } from "../train/schedule.js";
import { startingState, update } from "../train/update.js";
import type { ContinualMethod, OldLoss, OldTask, OldTerm } from "./index.js";

/** A task: the table and the sampler of its batches, and its class mask. */
export type TaskData = Drawable & { readonly ways: NDArray };

interface TransferOptions {
  readonly programs: TrainingPrograms;
  readonly method: ContinualMethod;
  /** θ*, the weights after training on the old task; training starts from them, unless the method starts afresh. */
  readonly star: Weights;
  readonly afresh: Weights;
  readonly older: TaskData;
  readonly newer: TaskData;
  readonly steps: number;
  readonly signal?: AbortSignal;
}

/**
 * A function that trains with a loss weight λ and returns the weights after `steps` steps. A loss multiplied by λ = 0 is
 * neither drawn nor computed; what a method computes before the first step is shared by all λ.
 */
export function transfer(
  options: TransferOptions,
): (weight: number, onStep?: () => void) => Promise<Weights> {
  const { programs, method, star, afresh, older, newer, steps, signal } = options;
  const { definition } = programs;
  const { seed, train } = definition.recipe;
  const plan = { kind: train.metaBatch === 1 ? "alone" : "task-parallel", chunk: 1 } as const;
  const run = (weights: Weights, batches: readonly EpisodeArrays[]): Promise<MetaGradient[]> =>
    Promise.all(
      batches.map((batch) => programs.metaGradient(weights, batch, { signal, alone: plan.kind === "alone" })),
    );
  const [drawOld, drawNew] = [older, newer].map((data) => {
    const draw = drawer(data, definition, plan);
    return (step: number) => drawNow(draw(step));
  });
  const old: OldTask = { programs, weights: star, ways: older.ways, seed, batches: drawOld, run, signal };
  let begun: Promise<OldLoss> | undefined;
  const begin = () => {
    begun ??= method.begin(old);
    return begun;
  };
  return async (weight, onStep) => {
    const weighs = { old: method.weighs === "old" ? weight : 1, new: method.weighs === "new" ? weight : 1 };
    const oldLoss = weighs.old === 0 ? undefined : await begin();
    let current = startingState(method.startsOld ? star : afresh, train.optimizer);
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const batches = drawNew(step);
      const terms: [OldTerm, number][] = [];
      if (weighs.new !== 0) terms.push([meanGradient(await run(current, batches)), weighs.new]);
      if (oldLoss) terms.push([await oldLoss(current, batches, step), weighs.old]);
      const loss = terms.reduce((sum, [term, share]) => sum + share * term.loss, 0);
      const learningRate = annealed(train.learningRate, (step - 1) / steps);
      const { clipNorm } = train;
      const updated = update(current, { ...mixed(terms), loss }, learningRate, { clipNorm });
      if (!updated.isTaken) throw diverged(method.name, weight, step, loss);
      current = updated.state;
      onStep?.();
    }
    const { params, state } = current;
    return { params, state };
  };
}

const diverged = (method: string, weight: number, step: number, loss: number) =>
  new InputError({
    code: "train/diverged",
    where: `${method} with λ = ${weight}, step ${step}`,
    problem: `training diverged: ${Number.isFinite(loss) ? "the gradient or the update is not finite" : `the loss is ${loss}`}`,
    expected: "a finite loss, gradient and update",
    remedy: "Lower train.learningRate, or λ, or clip the gradient with train.clipNorm.",
  });

/** The gradient of Σ weight · term, and the weighted mean of the statistics. */
function mixed(
  terms: readonly (readonly [OldTerm, number])[],
): Pick<MetaGradient, "gradient" | "statistics"> {
  const measured = terms.filter(([{ statistics }]) => statistics !== undefined);
  const total = measured.reduce((sum, [, weight]) => sum + weight, 0);
  return {
    gradient: weightedSum(
      terms.map(([{ gradient }]) => gradient),
      terms.map(([, weight]) => weight),
    ),
    statistics: weightedSum(
      measured.map(([{ statistics }]) => statistics!),
      measured.map(([, weight]) => weight / total),
    ),
  };
}
