/**
 * Runs programs on the thread that asks for them, one after another: for those whose work takes about as long as word to
 * another thread and back (work.ts). Opening one takes longer, once.
 */

import type { TypedArray } from "../../base/array.js";
import { RunError } from "../../base/errors.js";
import { type JobOptions, type Loadable, placesOf } from "./pool.js";
import { disableTelemetry } from "./threads.js";

const open = new Set<string>();
let last: Promise<unknown> = Promise.resolve();

/** Run a program of one member once, when those before have ended. */
export function runHere(
  { key, device, program }: Loadable,
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  { signal }: JobOptions,
): Promise<void> {
  return next(async () => {
    signal?.throwIfAborted();
    // The runtime is loaded where it is first needed: a command line that asks for help does not wait for it.
    disableTelemetry();
    const programs = await import("./worker-programs.mjs");
    try {
      if (!open.has(key)) await programs.load({ key, program: { ...program, device } });
      open.add(key);
      await programs.run({ key, turn: 0, ...placesOf({ inputs, outputs }) });
    } catch (error) {
      throw new RunError("engine/run-failed", (error as Error).message);
    }
  });
}

/** Close the program's session here, if there is one. */
export function releaseHere(key: string): void {
  void next(async () => {
    // Asked in its turn: a run before it may be the one that opens the session.
    if (open.delete(key)) await (await import("./worker-programs.mjs")).release({ key });
  });
}

/** What is done after all before it. */
function next(act: () => Promise<void>): Promise<void> {
  const done = last.then(act);
  last = done.catch(() => {});
  return done;
}
