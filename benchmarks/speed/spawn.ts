/** Run a command to its end in a process of its own, watching its memory. */

import { spawn } from "node:child_process";
import { watchMemory } from "./memory.js";

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** The most that the process and its children held, each counted by its own peak while it is there, in MB. */
  readonly peakMB: number;
}

export function runProcess(
  command: string,
  args: readonly string[],
  timeoutSeconds: number,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutSeconds * 1000 });
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

/** What a process said last, as one line: why it failed. */
export const lastLine = ({ stderr, code }: Finished): string =>
  stderr.trim().split("\n").at(-1)?.slice(0, 200) || `exit code ${code}`;
