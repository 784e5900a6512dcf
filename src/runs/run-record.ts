/** What the events of a run contain: its recipe, how far it is, its best validation score, and its curves. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../base/errors.js";
import type { Recipe } from "../model/recipe-schema.js";
import type { TrainEvent } from "../train/events.js";
import { isLocked } from "./lock.js";
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
  /** Seconds of training, once it has ended. */
  readonly seconds?: number;
}

export interface RunRecord {
  readonly path: string;
  /** `finished` with a model, `running` in a process, or `interrupted`. */
  readonly state: "finished" | "running" | "interrupted";
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
  /** `loss` and `accuracy` (or `mse`) of training, `validation`. */
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Seconds since 1970, one per value; 0 in runs of earlier versions. */
  readonly times: readonly number[];
}

/** A line of events. */
type Line = (TrainEvent | { readonly type: "data"; readonly path: string } | { readonly type: "model" }) & {
  readonly time?: string;
};

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
  const events = linesOf(join(path, EVENTS));
  const parts = new Map<string, RunPart>();
  const curves = new Map<string, Draft>();
  const bests = new Map<string, RunScore[]>();
  const warnings: string[] = [];
  let chosen: string | undefined;
  for (const event of events) {
    if (event.type === "start") {
      const { part, step, steps, parameters } = event;
      const best = bests.get(part)?.findLast((each) => each.step <= step);
      parts.set(part, { part, step, steps, parameters, best });
      for (const curve of curves.values()) if (curve.part === part) cutAfter(curve, step);
    } else if (event.type === "step") {
      const { part, step, loss } = event;
      parts.set(part, { ...parts.get(part)!, step, loss });
      for (const name of ["loss", "accuracy", "mse"] as const) add(curves, event, name, event[name]);
    } else if (event.type === "eval") {
      const { part, step, accuracy, mse, halfWidth, best } = event;
      if (best) {
        const score = { step, accuracy, mse, halfWidth };
        bests.set(part, [...(bests.get(part) ?? []), score]);
        parts.set(part, { ...parts.get(part)!, best: score });
      }
      add(curves, event, "validation", accuracy ?? mse);
    } else if (event.type === "done") {
      parts.set(event.part, { ...parts.get(event.part)!, seconds: event.seconds });
    } else if (event.type === "choice") chosen = event.part;
    else if (event.type === "warning") warnings.push(`${event.part}: ${event.text}`);
  }
  const data = events.find((event) => event.type === "data");
  const start = events.find((event) => event.type === "start");
  const record: RunRecord = {
    path,
    state: events.at(-1)?.type === "model" ? "finished" : isLocked(path) ? "running" : "interrupted",
    started: events[0]?.time,
    changed: events.at(-1)?.time,
    data: data && "path" in data ? data.path : undefined,
    recipe: start && "recipe" in start ? start.recipe : undefined,
    parts: [...parts.values()],
    chosen,
    warnings,
  };
  return { record, curves: [...curves.values()] };
}

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

/** The lines of a file of events; a half line at its end, as a killed process leaves it, is left out. */
function linesOf(path: string): Line[] {
  const text = readFileSync(path, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .flatMap((line, i): Line[] => {
      if (line === "") return [];
      try {
        return [JSON.parse(line) ?? {}];
      } catch (cause) {
        const parts = {
          code: "runs/damaged",
          where: `${path}:${i + 1}`,
          problem: "the line is no JSON",
          expected: "the file as metamodal wrote it",
          remedy: "Restore it from a copy, or remove the run.",
        };
        throw new InputError(parts, { cause });
      }
    });
}
