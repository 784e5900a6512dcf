/** What a step of a run is replayed from, as its events have it. */

import { InputError } from "../base/errors.js";
import type { Recipe } from "../model/recipe-schema.js";
import type { FailureEvent, StartEvent, StepEvent } from "../train/events.js";
import { eventsOf, type RunEvent } from "./run-events.js";

/** Which step of which part of a run. */
export interface StepName {
  /** The run folder. */
  readonly run: string;
  readonly step: number;
  /** By default the part with a failure in the step, or the first part. */
  readonly part?: string;
}

export interface ReplaySource {
  readonly run: string;
  readonly part: string;
  readonly step: number;
  readonly recipe: Recipe;
  /** The recipe of all modalities, if `recipe` is that of one of them. */
  readonly whole?: Recipe;
  readonly plan: StartEvent["plan"];
  /** The data as the run opened them; absent in runs without such an event. */
  readonly data?: DataEvent;
  /** The event of the step; undefined if the run did not get that far. */
  readonly recorded?: StepEvent | FailureEvent;
  /** The learning rates of steps, by step; runs of earlier versions have none. */
  readonly learningRates: ReadonlyMap<number, number>;
}

type DataEvent = Extract<RunEvent, { type: "data" }>;

/** Read what a step is replayed from. @throws {InputError} `runs/no-part` or `runs/no-step` */
export function replaySource({ run, step, part }: StepName): ReplaySource {
  const events = eventsOf(run);
  const starts = events.filter((event) => event.type === "start");
  const isOfStep = (event: RunEvent): event is StepEvent | FailureEvent =>
    (event.type === "step" || event.type === "failure") && event.step === step;
  const failed = events.findLast((event) => event.type === "failure" && isOfStep(event));
  const wanted = part ?? (failed && "part" in failed ? failed.part : starts[0]?.part);
  const start = starts.findLast((event) => event.part === wanted);
  if (!start?.recipe) throw noPart(run, wanted, [...new Set(starts.map((event) => event.part))]);
  const own = events.filter(
    (event) => (event.type === "step" || event.type === "failure") && event.part === wanted,
  ) as (StepEvent | FailureEvent)[];
  const last = Math.max(0, ...own.map((event) => event.step));
  const { steps } = start.recipe.train;
  if (!(step >= 1 && step <= Math.max(last, steps ?? 0))) throw noStep(run, start.part, step, last);
  const choice = events.findLast((event) => event.type === "choice");
  const whole = starts.find((event) => event.part === choice?.part) ?? starts[0];
  const isPart = start.recipe.modalities!.length < (whole.recipe.modalities?.length ?? 0);
  return {
    run,
    part: start.part,
    step,
    recipe: start.recipe,
    whole: isPart ? whole.recipe : undefined,
    plan: start.plan,
    data: events.find((event) => event.type === "data"),
    recorded: own.findLast(isOfStep),
    learningRates: new Map(own.map((event) => [event.step, event.learningRate])),
  };
}

const noPart = (run: string, part: string | undefined, parts: readonly string[]) =>
  new InputError({
    code: "runs/no-part",
    where: run,
    problem: parts.length === 0 ? "the run has no recipe" : `the run has no part "${part}"`,
    expected: parts.join(" or ") || "a run whose training has started",
    remedy: "See its parts with metamodal runs show.",
  });

const noStep = (run: string, part: string, step: number, last: number) =>
  new InputError({
    code: "runs/no-step",
    where: run,
    problem: `${part} has no step ${step}`,
    expected: last > 0 ? `a step from 1 to ${last}` : "a run with steps",
    remedy: "See how far the run is with metamodal runs show.",
  });
