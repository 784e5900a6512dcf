/** Whether a page can start the threads of programs, which are divided among as many as there are. */

import { availableParallelism } from "../../base/threads.js";
import type { ProgramHandlers } from "./messages.js";
import { programScript } from "./scripts.js";
import { WorkerThread } from "./worker-thread.js";

const errors = {
  failed: (message: string) => new Error(message),
  died: (reason: string) => new Error(reason),
};
let checked: Promise<void> | undefined;

/** Start a thread once, so that the page computes on one if its script is missing or blocked. */
export function checkThreads(): Promise<void> {
  checked ??= check();
  return checked;
}

async function check(): Promise<void> {
  if (availableParallelism() === 1) return;
  const thread = new WorkerThread<ProgramHandlers>(programScript(), errors);
  // Any request: it has a reply if the script runs.
  await thread.request("release", { key: "" }).catch(() => {});
  thread.terminate();
}
