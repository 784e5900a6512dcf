/** The events of a run as they are in its folder. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import type { OpenOptions } from "../data/index.js";
import type { EngineOptions } from "../engine/run/options.js";
import type { TrainEvent } from "../train/events.js";
import { EVENTS } from "./run-folder.js";

/** How a run read its data. Runs of earlier versions have only `path`. */
export interface RunData {
  /** As it was given. */
  readonly path: string;
  /** Absolute. */
  readonly folder?: string;
  readonly columns?: OpenOptions;
  /** The absolute path of the model that training started from. */
  readonly from?: string;
  /** The runtime, if one was chosen. */
  readonly runtime?: EngineOptions["runtime"];
}

/** A line of events. */
export type RunEvent = (
  | TrainEvent
  | ({ readonly type: "data" } & RunData)
  | { readonly type: "model" }
  | { readonly type: "error"; readonly message: string }
) & {
  readonly time?: string;
};

/** The events of a run folder; a half line at their end, as a killed process leaves it, is left out. */
export function eventsOf(folder: string): RunEvent[] {
  const path = join(folder, EVENTS);
  const text = readFileSync(path, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .flatMap((line, i): RunEvent[] => {
      if (line === "") return [];
      try {
        const event = JSON.parse(line);
        if (typeof event?.type !== "string") throw damaged(`${path}:${i + 1}`, "the line is no event");
        return [event];
      } catch (cause) {
        if (cause instanceof InputError) throw cause;
        throw damaged(`${path}:${i + 1}`, "the line is no JSON", cause);
      }
    });
}

const damaged = (where: string, problem: string, cause?: unknown) =>
  new InputError(
    {
      code: "runs/damaged",
      where,
      problem,
      expected: "the file as metamodal wrote it",
      remedy: "Restore it from a copy, or remove the run.",
    },
    { cause },
  );
