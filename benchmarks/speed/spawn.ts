/** Runs a command to its end in a separate process and records its peak memory. */

import { spawn } from "node:child_process";
import { watchMemory } from "./memory.js";

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** Peak memory of the process and its concurrent children in MB, each counted by its maximum resident set. */
  readonly peakMB: number;
}

/** Run a command to its end, or until the timeout. Rejects if it cannot be started. */
export function runProcess(
  command: string,
  args: readonly string[],
  timeoutSeconds: number,
  { cwd, env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutSeconds * 1000, cwd, env };
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const stopWatching = child.pid === undefined ? () => 0 : watchMemory(child.pid);
    child.on("error", (error) => {
      stopWatching();
      reject(error);
    });
    child.on("close", (code) => resolve({ stdout, stderr, code, peakMB: stopWatching() }));
  });
}

/** The last line of standard error of a failed process, or its exit code. */
export const failureOf = ({ stderr, code }: Finished): string =>
  stderr.trim().split("\n").at(-1)?.slice(0, 200) || `exit code ${code}`;
