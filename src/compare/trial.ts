/** Trains and tests one combination. */

import { type Dataset, openDataset } from "../data/index.js";
import { collateEpisode, withLabelShots } from "../episode/index.js";
import { type Drawn, drawEvaluation, type EvaluateOptions, scoreEpisodes } from "../evaluate/index.js";
import type { Model } from "../model/model.js";
import type { RecipeInput } from "../model/recipe.js";
import { metaTrain } from "../train/index.js";
import { recipeOf } from "./combinations.js";
import type { Combination, CompareOptions, TrialResult } from "./types.js";

/** Test episodes whose adaptation is timed, the first of which compiles. */
const TIMED_TASKS = 21;

export interface TrialOptions extends CompareOptions {
  readonly combination: Combination;
  /** The recipe that all combinations share. */
  readonly recipe: RecipeInput;
  /** Training seconds; null if the recipe gives steps. */
  readonly trainSeconds: number | null;
}

/** The test of a comparison, with the way, shot and mode of training. */
export function testOf(options: CompareOptions, recipe: RecipeInput, data: Dataset): EvaluateOptions {
  const { split, query, episodes } = options;
  const { way, shot, across, mode } = recipe.episode ?? {};
  const most = typeof way === "number" ? way : way?.[1];
  return { data, split, query, episodes, way: most, shot, across, mode, seed: recipe.seed };
}

/** Train and test; `onProgress` is called with a description of the current work. */
export async function trial(
  options: TrialOptions,
  onProgress: (doing: string) => void,
): Promise<TrialResult> {
  const { recipe, combination, trainSeconds, threads, device, runtime } = options;
  const data = await openDataset(options.data, options.columns);
  const train =
    trainSeconds === null ? recipe.train : { ...recipe.train, steps: undefined, minutes: trainSeconds / 60 };
  const { data: _, from: __, ...own } = recipeOf({ ...recipe, train }, combination);
  const run = metaTrain({ ...own, data, threads, device, runtime });
  let [parameters, seconds] = [0, 0];
  for await (const event of run) {
    if (event.type === "start") parameters = event.parameters;
    if (event.type === "step") onProgress(`step ${event.step}`);
    if (event.type === "done") seconds = event.seconds;
  }
  const model = await run.model();
  const { steps, selectedStep, validation } = model.card.training;
  const drawn = await drawEvaluation(model, testOf(options, recipe, data));
  const scored = await scoreEpisodes(
    model.inference,
    model.weights,
    drawn.table,
    drawn.episodes,
    model.definition.view,
    { onProgress: (done) => onProgress(`test episode ${done}`) },
  );
  return {
    scores: scored.map(({ score }) => score),
    validation,
    steps,
    selectedStep,
    trainSeconds: seconds,
    adaptMs: await timeToAdapt(model, drawn),
    peakMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
    parameters,
  };
}

/** Median milliseconds of adapting to a task, with all threads. */
async function timeToAdapt({ definition, inference, weights }: Model, drawn: Drawn): Promise<number> {
  const times: number[] = [];
  const { view } = definition;
  for (const drawnEpisode of drawn.episodes.slice(0, TIMED_TASKS)) {
    const episode = withLabelShots(drawnEpisode, view.labelShots);
    const { classes, support, query } = episode;
    const capacity = { way: classes.length, support: support.length, query: query.length };
    const layout = { ...view, query: [], capacity };
    const arrays = collateEpisode(drawn.table, episode, layout);
    const started = performance.now();
    await inference.adapt(weights, arrays.support, arrays.ways, { alone: true });
    times.push(performance.now() - started);
  }
  const sorted = (times.length > 1 ? times.slice(1) : times).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
