/** Run the built command line as a user does: a process, its exit status, and what it wrote; or many in one process. */

import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

/** A file of the built command line. */
function built(name: string): string {
  const path = resolve("dist/bundle", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}

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
    /** Variables besides those of this process; undefined takes one away. */
    env?: NodeJS.ProcessEnv;
    onStart?: (running: Running) => void;
    onStdout?: (text: string, running: Running) => void;
  },
): Promise<Outcome> {
  const env = { ...process.env, DEBUG: options.debug, ...options.env };
  const child = spawn(process.execPath, [built("main.js"), ...args], {
    cwd: options.cwd,
    env,
    timeout: 60_000,
  });
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

/**
 * A function that runs `metamodal ...args` in `cwd`, all calls in one process and one after another: for tests of what
 * a command does, where starting it (up to a second, mostly imports) is not what is tested.
 */
export function commandLine(cwd: string): (...args: string[]) => Promise<Outcome> {
  let host: Promise<ChildProcess> | undefined;
  const start = async () => {
    const child = fork(resolve("test/support/cli-host.mjs"), [built("run.js")], {
      execArgv: [],
      env: { ...process.env, DEBUG: undefined },
    });
    await once(child, "message");
    return child;
  };
  const ask = async (args: readonly string[]): Promise<Outcome> => {
    host ??= start();
    const child = await host;
    return new Promise((done, fail) => {
      const died = (code: number | null) => fail(new Error(`the command line's process ended with ${code}`));
      child.once("exit", died);
      child.once("message", (outcome) => {
        child.off("exit", died);
        done(outcome as Outcome);
      });
      child.send({ args, cwd });
    });
  };
  afterAll(async () => (await host)?.disconnect());
  let last: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const outcome = last.then(() => ask(args));
    last = outcome.catch(() => {});
    return outcome;
  };
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
