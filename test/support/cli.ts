/** Run the built command line as a user does: a process, its exit status, and what it wrote. */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";

export const program = resolve("dist/src/cli/main.js");

export interface Outcome {
  /** As a shell says it: 128 and the signal's number for a process that a signal ended. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What a test may do to a running command. */
export interface Running {
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
}

/** Run `metamodal ...args` in `cwd`; `onStdout` sees all of stdout so far each time there is more. */
export function metamodal(
  args: readonly string[],
  options: {
    cwd: string;
    /** The value of DEBUG; unset without. */
    debug?: string;
    onStart?: (running: Running) => void;
    onStdout?: (text: string, running: Running) => void;
  },
): Promise<Outcome> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first`);
  const env = { ...process.env, DEBUG: options.debug };
  const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd, env, timeout: 60_000 });
  const running: Running = {
    kill: (signal) => child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
  };
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    options.onStdout?.(stdout, running);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  options.onStart?.(running);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      done({ code: signal ? 128 + constants.signals[signal] : code, stdout, stderr });
    });
  });
}

/** Every file and folder below `path` with its size, in name order. */
export function listing(path: string): string[] {
  return readdirSync(path, { recursive: true })
    .map((name) => {
      const stats = statSync(join(path, name as string));
      return `${name}${stats.isDirectory() ? "/" : ` ${stats.size}`}`;
    })
    .sort();
}

/** The JSON objects of a text with one a line. */
export const jsonLines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** The bytes of a model's parameters. */
export const weightsOf = (model: string): Buffer => readFileSync(join(model, "model.safetensors"));
