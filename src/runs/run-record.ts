/** What the events of a run contain: its recipe, how far it is, its best validation score, and its curves. */

import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../base/errors.js";
import type { Recipe } from "../model/recipe-schema.js";
import { isLocked } from "./lock.js";
import { eventsOf, type RunEvent } from "./run-events.js";
import { EVENTS } from "./run-folder.js";

/** A validation score with the half-width of its 95 % interval. */
export interface RunScore {
  readonly step: number;
  readonly accuracy?: number;
  readonly mse?: number;
  readonly halfWidth: number;
}

/** A model in training: all modalities, or a single one. */
export interface RunPart {
  readonly part: string;
  /** Steps done, and to do; without the latter the budget is in minutes. */
  readonly step: number;
  readonly steps?: number;
  readonly parameters: number;
  /** Loss of the last step; undefined before the first. */
  readonly loss?: number;
  /** The best validation score so far. */
  readonly best?: RunScore;
  /** Steps that were left out because a value was not finite. */
  readonly skipped: number;
  /** Seconds of training, once it has ended. */
  readonly seconds?: number;
}

export interface RunRecord {
  readonly path: string;
  /** `finished` with a model, `running` in a process, `failed` by an error, or `interrupted`. */
  readonly state: "finished" | "running" | "failed" | "interrupted";
  /** The error of a failed run. */
  readonly error?: string;
  /** Times in ISO 8601; absent in runs of earlier versions. */
  readonly started?: string;
  readonly changed?: string;
  readonly data?: string;
  /** Absent in runs of earlier versions. */
  readonly recipe?: Recipe;
  readonly parts: readonly RunPart[];
  /** The part that became the model, if several recipes were tried. */
  readonly chosen?: string;
  readonly warnings: readonly string[];
}

/** A curve of a part: values by step. */
export interface RunCurve {
  readonly part: string;
  /** `loss`, `accuracy` (or `mse`) and `gradientNorm` of training, `validation`. */
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Seconds since 1970, one per value; 0 in runs of earlier versions. */
  readonly times: readonly number[];
}

/** Whether a folder is that of a run. */
export const isRun = (path: string): boolean =>
  path.endsWith(".run") && (statSync(join(path, EVENTS), { throwIfNoEntry: false })?.isFile() ?? false);

/** The folder of the run at `path`, or of the model there. @throws {InputError} `runs/no-run` */
export function runAt(path: string): string {
  const bare = path.replace(/(?<=.)[/\\]+$/, "");
  const found = [bare, `${bare}.run`].find(isRun);
  if (found !== undefined) return found;
  throw new InputError({
    code: "runs/no-run",
    where: path,
    problem: existsSync(path) ? "there is no run" : "there is no such folder",
    expected: "the folder of a run, which ends in .run, or the model beside it",
    remedy: "List the runs of a folder with metamodal runs list DIR.",
  });
}

/** Read the events of a run. Steps that were trained again after an interruption count once. */
export function readRun(path: string): { record: RunRecord; curves: RunCurve[] } {
  const events = eventsOf(path);
  const parts = new Map<string, ReadPart>();
  const curves = new Map<string, Draft>();
  for (const event of events) readEvent(event, parts, curves);
  const data = events.find((event) => event.type === "data");
  const start = events.find((event) => event.type === "start");
  const choice = events.findLast((event) => event.type === "choice");
  const last = events.at(-1);
  const error = last?.type === "error" ? last.message : undefined;
  const record: RunRecord = {
    path,
    state: stateOf(path, last?.type === "model", error),
    error,
    started: events[0]?.time,
    changed: last?.time,
    data: data && "path" in data ? data.path : undefined,
    recipe: start && "recipe" in start ? start.recipe : undefined,
    parts: [...parts.values()].map(({ bests: _, failed, ...part }) => ({ ...part, skipped: failed.length })),
    chosen: choice?.part,
    warnings: events.flatMap((event) => (event.type === "warning" ? `${event.part}: ${event.text}` : [])),
  };
  return { record, curves: [...curves.values()] };
}

/** The state of a run with or without a model, and with its last event's error if it is one. */
export function stateOf(path: string, hasModel: boolean, error: string | undefined): RunRecord["state"] {
  if (hasModel) return "finished";
  if (isLocked(path)) return "running";
  return error === undefined ? "interrupted" : "failed";
}

/** A part while its events are read. */
interface ReadPart extends Omit<RunPart, "skipped"> {
  readonly bests: readonly RunScore[];
  /** The steps that were left out. */
  readonly failed: readonly number[];
}

function readEvent(event: RunEvent, parts: Map<string, ReadPart>, curves: Map<string, Draft>): void {
  const change = (part: string, changes: Partial<ReadPart>) =>
    parts.set(part, { ...parts.get(part)!, ...changes });
  if (event.type === "start") {
    const { part, step, steps, parameters } = event;
    const before = parts.get(part);
    const bests = before?.bests.filter((each) => each.step <= step) ?? [];
    const failed = before?.failed.filter((each) => each <= step) ?? [];
    parts.set(part, { part, step, steps, parameters, bests, best: bests.at(-1), failed });
    for (const curve of curves.values()) if (curve.part === part) cutAfter(curve, step);
  } else if (event.type === "step") {
    const { part, step, loss } = event;
    change(part, { step, loss });
    for (const name of STEP_CURVES) add(curves, event, name, event[name]);
  } else if (event.type === "failure") {
    const { part, step, action } = event;
    if (action === "skip") change(part, { step, failed: [...parts.get(part)!.failed, step] });
  } else if (event.type === "eval") {
    const { part, step, accuracy, mse, halfWidth, best } = event;
    if (best) {
      const score = { step, accuracy, mse, halfWidth };
      change(part, { best: score, bests: [...parts.get(part)!.bests, score] });
    }
    add(curves, event, "validation", accuracy ?? mse);
  } else if (event.type === "done") change(event.part, { seconds: event.seconds });
}

/** The curves that the events of steps give. */
const STEP_CURVES = ["loss", "accuracy", "mse", "gradientNorm"] as const;

/** The name of a run in tables: that of its model. */
export const runName = (path: string): string => basename(path, ".run");

interface Draft extends RunCurve {
  readonly steps: number[];
  readonly values: number[];
  readonly times: number[];
}

function add(
  curves: Map<string, Draft>,
  { part, step, time }: { part: string; step: number; time?: string },
  name: string,
  value: number | undefined,
): void {
  if (value === undefined) return;
  const key = `${part}/${name}`;
  const curve = curves.get(key) ?? { part, name, steps: [], values: [], times: [] };
  curves.set(key, curve);
  curve.steps.push(step);
  curve.values.push(value);
  curve.times.push(time === undefined ? 0 : Date.parse(time) / 1000);
}

/** Remove the values after a step. */
function cutAfter({ steps, values, times }: Draft, step: number): void {
  const kept = steps.findIndex((each) => each > step);
  if (kept >= 0) for (const list of [steps, values, times]) list.length = kept;
}
