/** Replays one step of a training: its episodes, their losses, and the first value that is not finite. */

import { type Arrays, copyTree, leavesOf, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { type Dataset, labelModality } from "../data/index.js";
import { engineFor } from "../engine/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import { type Episode, type EpisodeArrays, withLabelShots } from "../episode/index.js";
import { learnerOf } from "../learner/index.js";
import { ModelDefinition, type Recipe } from "../model/index.js";
import type { Model } from "../model/model.js";
import { prepareData, type TrainingData } from "../train/data.js";
import { drawer, drawNow } from "../train/draw.js";
import { normOf } from "../train/gradient-norm.js";
import { meanGradient, TrainingPrograms } from "../train/programs.js";
import { annealed } from "../train/schedule.js";
import { stepperFor } from "../train/step.js";
import { prepareUnimodal, restrictRecipe } from "../train/unimodal.js";
import type { TrainingState } from "../train/update.js";
import { type FirstNotFinite, firstNotFinite } from "./not-finite.js";
import { type ReplayedEpisode, replayEpisode } from "./replay-episode.js";
import type { ReplaySource } from "./replay-source.js";
import { replayStart } from "./replay-start.js";

export interface ReplayOptions extends EngineOptions {
  data: Dataset;
  /** The model that the training started from. */
  from?: Model;
  signal?: AbortSignal;
  /** Called with the steps done and to do before the replayed one. */
  onProgress?: (done: number, total: number) => void;
}

/** A step as it is again. */
export interface Replay {
  readonly run: string;
  readonly part: string;
  readonly step: number;
  /** The state that it starts from: that after a step, in a file; null for the initial weights. */
  readonly start: { readonly step: number; readonly path: string | null };
  /** Whether the data have changed since; null if no file says. */
  readonly dataChanged: boolean | null;
  readonly learningRate: number;
  /** Loss and gradient norm that the run recorded; null if it did not get that far. */
  readonly recorded: { readonly loss: number | null; readonly gradientNorm: number | null } | null;
  readonly loss: number;
  readonly gradientNorm: number;
  /** False if the step is left out because a value is not finite. */
  readonly isTaken: boolean;
  readonly firstNotFinite: FirstNotFinite | null;
  readonly episodes: readonly ReplayedEpisode[];
  /** Norm of the step's gradient per trainable parameter, the largest first. */
  readonly gradientNorms: readonly { readonly parameter: string; readonly norm: number }[];
}

/** A replayed step, and its drawn episodes, for a picture. */
export interface ReplayedStep {
  readonly replay: Replay;
  readonly data: TrainingData;
  readonly drawn: readonly Episode[];
}

/**
 * Replay a step. Steps between the nearest saved state and it are trained again, with the learning rates of the events.
 *
 * @throws {InputError} `runs/other-data` if the data do not fit the run any more
 */
export async function replayStep(source: ReplaySource, options: ReplayOptions): Promise<ReplayedStep> {
  const { from, signal, threads, device, runtime } = options;
  const { step, plan } = source;
  const { recipe, data } = await preparedFor(source, options);
  const specs = Object.fromEntries(recipe.modalities!.map((name) => [name, data.specs[name]]));
  const definition = new ModelDefinition(recipe, specs);
  const programs = new TrainingPrograms(definition, engineFor({ threads, device, runtime }));
  const { path, dataChanged, state: first } = await replayStart(source, programs, data, from, signal);
  const draw = drawer(data, definition, plan);
  const take = stepperFor(programs, plan, { ...recipe.train, onNan: "skip" });
  let state = first;
  for (let at = first.step + 1; at < step; at++) {
    signal?.throwIfAborted();
    ({ state } = await take(state, drawNow(draw(at)), learningRateOf(source, at), signal).stepped);
    options.onProgress?.(at - first.step, step - 1 - first.step);
  }
  const learningRate = learningRateOf(source, step);
  const before = copied(state);
  const { loss, gradientNorm, isTaken } = await take(state, drawNow(draw(step)), learningRate, signal)
    .stepped;
  const single = drawer(data, definition, { kind: "task-parallel", chunk: 1 });
  const arrays = drawNow(single(step));
  const drawn = arrays.map((_, i) =>
    withLabelShots(data.sampler.draw(random(recipe.seed, "train", step, i)), definition.view.labelShots),
  );
  const details = await detailsOf(programs, before, data, drawn, arrays, signal);
  const { recorded } = source;
  const replay: Replay = {
    run: source.run,
    part: source.part,
    step,
    start: { step: first.step, path: path ?? null },
    dataChanged: dataChanged ?? null,
    learningRate,
    recorded: recorded ? { loss: recorded.loss, gradientNorm: recorded.gradientNorm ?? null } : null,
    loss,
    gradientNorm,
    isTaken,
    ...details,
    firstNotFinite:
      details.firstNotFinite ?? (isTaken ? null : inUpdate(details.gradientNorms, learningRate)),
  };
  return { replay, data, drawn };
}

/** The recipe and the data of the part, prepared as training does. */
async function preparedFor(
  { recipe, whole }: ReplaySource,
  { data: dataset, from, threads, signal }: ReplayOptions,
): Promise<{ recipe: Recipe; data: TrainingData }> {
  const prepare = (complete: Recipe) =>
    prepareData(dataset, complete, {
      modalities: complete.modalities,
      way: learnerOf(complete.learner, complete.task).batch === undefined ? complete.episode.way : undefined,
      from,
      threads,
      signal,
    });
  if (!whole) return { recipe, data: await prepare(recipe) };
  const all = { recipe: whole, data: await prepare(whole) };
  const [name] = recipe.modalities!;
  const prepared = from ? all : await prepareUnimodal(name, all, dataset, { threads, signal });
  return {
    recipe: restrictRecipe(prepared.recipe, [name], labelModality(prepared.data.specs)),
    data: prepared.data,
  };
}

/** The learning rate of a step: the recorded one, or that of the schedule of a number of steps. */
function learningRateOf({ learningRates, recipe: { train } }: ReplaySource, step: number): number {
  return learningRates.get(step) ?? annealed(train.learningRate, (step - 1) / (train.steps ?? step));
}

const copied = ({ step, updates, ...trees }: TrainingState): TrainingState => ({
  ...copyTree(trees),
  step,
  updates,
});

async function detailsOf(
  programs: TrainingPrograms,
  state: TrainingState,
  data: TrainingData,
  drawn: readonly Episode[],
  arrays: readonly EpisodeArrays[],
  signal: AbortSignal | undefined,
): Promise<Pick<Replay, "episodes" | "gradientNorms" | "firstNotFinite">> {
  const { trainable = () => true } = programs.definition.learner;
  const solving = programs.solveAlignment(state, arrays, false, { signal });
  const solved = solving && (await solving);
  const gradients = [];
  const episodes: ReplayedEpisode[] = [];
  for (const [i, episode] of arrays.entries()) {
    const gradient = await programs.metaGradient(state, episode, { signal, solved });
    gradients.push(gradient);
    episodes.push(
      await replayEpisode(
        programs,
        state,
        { table: data.table, drawn: drawn[i], arrays: episode, gradient },
        signal,
      ),
    );
  }
  const { gradient } = meanGradient(gradients);
  const norms = leavesOf<NDArray>(gradient as Arrays)
    .filter(([path]) => trainable(path))
    .map(([parameter, { data: values }]) => ({ parameter, norm: normOf([values as Float32Array]) }));
  return {
    episodes,
    gradientNorms: norms.toSorted((a, b) => rank(b.norm) - rank(a.norm)),
    firstNotFinite: firstNotFinite(state, arrays, episodes, norms) ?? null,
  };
}

/** The parameter of the largest gradient, where moments or parameters overflow. */
const inUpdate = ([largest]: Replay["gradientNorms"], learningRate: number): FirstNotFinite => ({
  what: "update",
  where: `${largest.parameter}, with a gradient norm of ${Number(largest.norm.toPrecision(3))} and a learning rate of ${learningRate}`,
});

/** NaN counts as the largest. */
const rank = (norm: number) => (Number.isNaN(norm) ? Number.POSITIVE_INFINITY : norm);
