/**
 * Runs jobs in separate processes, so that memory is measured per job, no job uses programs that another compiled, and a
 * crash ends one job only.
 */

import { fork } from "node:child_process";
import { on, once } from "node:events";
import { InputError, type InputErrorParts, RunError } from "../base/errors.js";
import type { Survey } from "./survey.js";
import type { TrialOptions } from "./trial.js";
import type { CompareOptions, TrialResult } from "./types.js";

export type Job =
  | { readonly kind: "survey"; readonly options: CompareOptions }
  | { readonly kind: "trial"; readonly options: TrialOptions };

/** A message of a job's process: progress, or the end of the job. */
export type Message =
  | { readonly doing: string }
  | { readonly result: unknown }
  | { readonly refusal: InputErrorParts }
  | { readonly failure: string };

interface ProcessOptions {
  signal?: AbortSignal;
  /** Seconds after which the process is killed. */
  limit?: number;
  onProgress?: (doing: string) => void;
}

export const surveyed = (options: CompareOptions, process: ProcessOptions): Promise<Survey> =>
  run({ kind: "survey", options }, process);

export const tried = (options: TrialOptions, process: ProcessOptions): Promise<TrialResult> =>
  run({ kind: "trial", options }, process);

/**
 * Run a job. Rejects with an `InputError` for bad input, a `RunError` if the process failed or ended without a result,
 * and the signal's reason on abort.
 */
async function run<Result>(job: Job, { signal, limit, onProgress }: ProcessOptions): Promise<Result> {
  signal?.throwIfAborted();
  const child = fork(new URL("./child.js", import.meta.url), {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended = once(child, "close");
  // Cast: the types of Node 20 lack `close`, which its `on` takes.
  const messages = on(child, "message", { close: ["close"], signal } as never);
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      child.kill("SIGKILL");
    },
    1000 * (limit ?? 2 ** 31 / 1000 - 1),
  );
  try {
    const { signal: _, onEvent: __, ...options } = job.options;
    child.send({ ...job, options });
    for await (const [message] of messages as AsyncIterable<[Message]>) {
      if ("doing" in message) onProgress?.(message.doing);
      else if ("result" in message) return message.result as Result;
      else if ("refusal" in message) throw new InputError(message.refusal);
      else throw new RunError("compare/failed", message.failure);
    }
    if (late)
      throw new RunError(
        "compare/too-late",
        `it was killed after ${limit!.toFixed(0)} seconds, far beyond its estimated time`,
      );
    const [code, by] = await ended;
    const last = errors.trim().split("\n").at(-1);
    throw new RunError(
      "compare/crashed",
      `its process ended by ${by ?? `exit code ${code}`}${last ? `: ${last}` : ""}`,
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
