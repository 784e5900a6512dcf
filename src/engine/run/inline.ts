/**
 * Runs programs on the calling thread, one after another. For programs so short that a worker would cost about as much
 * (form.ts).
 */

import type { TypedArray } from "../../base/array.js";
import { RunError } from "../../base/errors.js";
import { type Loadable, sharedArrays } from "./loadable.js";
import { disableTelemetry } from "./telemetry.js";

const open = new Set<string>();
let last: Promise<unknown> = Promise.resolve();

/** Run a program of one thread once, after all runs before it. Rejects with the signal's reason if it is aborted by then. */
export function runInline(
  { key, device, source }: Loadable,
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  signal?: AbortSignal,
): Promise<void> {
  return enqueue(async () => {
    signal?.throwIfAborted();
    // Loaded when first needed, so that a command that runs no program does not load ONNX Runtime.
    disableTelemetry();
    const programs = await import("./worker-programs.mjs");
    try {
      if (!open.has(key)) await programs.load({ key, source, device });
      open.add(key);
      await programs.run({ key, run: 0, ...sharedArrays(inputs, outputs) });
    } catch (error) {
      throw new RunError("engine/run-failed", (error as Error).message);
    }
  });
}

/** Close the program's session on the calling thread, if there is one, after all runs before. */
export function releaseInline(key: string): void {
  void enqueue(async () => {
    if (open.delete(key)) await (await import("./worker-programs.mjs")).release({ key });
  });
}

/** Start `action` when all before it have ended. */
function enqueue(action: () => Promise<void>): Promise<void> {
  const done = last.then(action);
  last = done.catch(() => {});
  return done;
}
