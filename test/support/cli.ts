/** Runs the built command line: in a new process per command, or many commands in one process. */

import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

/** A file of the built command line. */
function built(name: string): string {
  const path = resolve("dist/bundle", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}

export interface Outcome {
  /** Exit status as in a shell: 128 plus the signal's number if a signal ended the process. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Controls of a running command. */
export interface Running {
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
}

/** Run `metamodal ...args` in `cwd`. `onStdout` is called with all of stdout so far on every new output. */
export function metamodal(
  args: readonly string[],
  options: {
    cwd: string;
    /** The program; default: the built one of this package. */
    main?: string;
    /** Value of DEBUG; default: unset. */
    debug?: string;
    /** Environment variables in addition to those of this process; undefined unsets one. */
    env?: NodeJS.ProcessEnv;
    onStart?: (running: Running) => void;
    onStdout?: (text: string, running: Running) => void;
  },
): Promise<Outcome> {
  const env = { ...process.env, DEBUG: options.debug, ...options.env };
  const child = spawn(process.execPath, [options.main ?? built("main.js"), ...args], {
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
 * Create a function that runs `metamodal ...args` in `cwd`, with all calls sequentially in one process. For tests that
 * do not depend on the start of a process, which takes up to a second, mostly for imports.
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

/** All files and folders below `path` with their sizes, sorted by name. */
export function listing(path: string): string[] {
  return readdirSync(path, { recursive: true })
    .map((name) => {
      const stats = statSync(join(path, name as string));
      return `${name}${stats.isDirectory() ? "/" : ` ${stats.size}`}`;
    })
    .sort();
}

/** Parse JSON Lines. */
export const jsonLines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** The bytes of a model's `model.safetensors`. */
export const weightsOf = (model: string): Buffer => readFileSync(join(model, "model.safetensors"));

/** The command line in a new folder with a cache of its own; both are removed after the tests of the file. */
export function isolatedCommandLine(prefix: string) {
  const cwd = mkdtempSync(join(tmpdir(), prefix));
  const before = process.env.METAMODAL_CACHE;
  process.env.METAMODAL_CACHE = join(cwd, "cache");
  const run = commandLine(cwd);
  afterAll(() => {
    if (before === undefined) delete process.env.METAMODAL_CACHE;
    else process.env.METAMODAL_CACHE = before;
    rmSync(cwd, { recursive: true, force: true });
  });
  return { cwd, run };
}
