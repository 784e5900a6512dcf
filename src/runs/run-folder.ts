/**
 * The run folder beside a model folder: checkpoints, and `events.jsonl` with one JSON object per event. The last event
 * of a finished run is `model`, that of a failed one `error`. A run may be replaced unless it is unfinished and has a checkpoint.
 * One process at a time has it open.
 */

import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { clearAside } from "../base/aside.js";
import { InputError } from "../base/errors.js";
import { makeFolder } from "../base/make-folder.js";
import { type FolderKind, type FolderPlace, folderPlace } from "../base/place.js";
import { moveAside, removeEmpty, removeFolder } from "../base/write.js";
import { isCheckpoint, isFailurePath } from "../train/checkpoint-name.js";
import { lock } from "./lock.js";

/** The name of the file of events in a run folder. */
export const EVENTS = "events.jsonl";

const runFolder: FolderKind = {
  expected: "a free path, or the folder of a run",
  contents: (folder) => (firstEvent(folder)?.type === undefined ? undefined : isOwn),
};

/** Whether a path inside a run folder is one that training writes. */
const isOwn = (path: string): boolean => path === EVENTS || isCheckpoint(path) || isFailurePath(path);

/** The JSON in the first line of a run's events. */
function firstEvent(folder: string): { type?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, EVENTS), "utf8").split("\n", 1)[0]);
  } catch {
    return undefined;
  }
}

export class RunFolder {
  /** Absolute, without links. */
  readonly path: string;
  /** The run to replace, moved aside until the new one has a checkpoint. */
  #old: Required<FolderPlace> | undefined;
  /** The topmost folder that was created for the run folder. */
  #created: string | undefined;
  /** Lines of events that are not written yet. */
  readonly #waiting: string[] = [];
  #hasStarted = false;
  #hasFailed = false;
  #unlock: (() => void) | undefined;

  /**
   * @param shown the path in messages
   * @throws {InputError} `cli/bad-out` if the path holds anything but a run
   */
  constructor(
    path: string,
    readonly shown = path,
  ) {
    this.path = this.#place(path).path;
  }

  #place = (path: string) =>
    folderPlace(path, runFolder, {
      code: "cli/bad-out",
      where: this.shown,
      remedy: "Choose another --out.",
    });

  /** Whether there is a checkpoint to resume from. */
  get canResume(): boolean {
    return existsSync(this.path) && readdirSync(this.path).some(isCheckpoint);
  }

  /**
   * Check that training can start, or resume. Call {@link close} afterwards in any case.
   * @throws {InputError} `cli/nothing-to-resume`, `cli/unfinished-run`, or `cli/run-in-use`
   */
  open(resume: boolean): void {
    this.#created = makeFolder(dirname(this.path));
    this.#unlock = lock(this.path);
    try {
      if (!this.#unlock) throw this.#refusal("run-in-use");
      this.#prepare(resume);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #prepare(resume: boolean): void {
    const left = clearAside(this.path);
    const { entries } = this.#place(this.path);
    const isThere = entries !== undefined && entries.length > 0;
    const may = !isThere || isFinished(this.path) || (hasFailed(this.path) && !this.canResume);
    if (!may && !resume) throw this.#refusal("unfinished-run");
    if (!isThere && resume) throw this.#refusal("nothing-to-resume");
    if (!isThere && left.length > 0) renameSync(left[0], this.path);
    // A replacement that was killed before its first checkpoint: what it was to replace returns unless it gets one now.
    const kept = isThere && resume && !this.canResume && left.length > 0;
    if (kept) this.#old = { path: left[0], entries: this.#place(left[0]).entries ?? [] };
    for (const path of left.slice(isThere && !kept ? 0 : 1)) rmSync(path, { recursive: true });
    if (resume) dropHalfLine(join(this.path, EVENTS));
    else this.#old = moveAside(this.#place(this.path));
  }

  #release(): void {
    this.#unlock?.();
    this.#unlock = undefined;
    if (this.#created) removeEmpty(dirname(this.path), this.#created);
  }

  /** Remove the run. @throws {InputError} `cli/run-in-use` */
  remove(): void {
    this.#unlock = lock(this.path);
    if (!this.#unlock) throw this.#refusal("run-in-use");
    removeFolder(this.#place(this.path));
    this.#release();
  }

  #refusal(code: keyof typeof refusals): InputError {
    return new InputError({ code: `cli/${code}`, where: this.shown, ...refusals[code] });
  }

  /** Append an event with its time, and return both. Events before the first `start` are written together with it, so that a refused start changes nothing. */
  append<Event extends { readonly type: string }>(event: Event): Event & { readonly time: string } {
    const stamped = { ...event, time: new Date().toISOString() };
    this.#waiting.push(`${JSON.stringify(stamped)}\n`);
    this.#hasStarted ||= event.type === "start";
    this.#hasFailed ||= event.type === "error";
    if (!this.#hasStarted) return stamped;
    makeFolder(this.path);
    appendFileSync(join(this.path, EVENTS), this.#waiting.splice(0).join(""));
    return stamped;
  }

  /**
   * End the run. One without a checkpoint is removed, unless it failed, and a finished run that it would have replaced is
   * restored; a failed run is then kept beside that one. Returns the path of what is kept elsewhere.
   */
  close(): string | undefined {
    if (!this.#unlock) return undefined;
    const kept = this.#end();
    this.#release();
    return kept;
  }

  #end(): string | undefined {
    const old = this.#old;
    const failed = this.#hasFailed && this.#hasStarted;
    const restores = old !== undefined && !hasFailed(old.path);
    if (this.canResume || (failed && !restores)) {
      if (old) removeFolder(old);
      return undefined;
    }
    const aside = failed ? freeBeside(this.path) : undefined;
    if (aside !== undefined) renameSync(this.path, aside);
    else if (existsSync(this.path)) removeFolder({ path: this.path, entries: [EVENTS] });
    if (old) renameSync(old.path, this.path);
    return aside;
  }
}

const refusals = {
  "run-in-use": {
    problem: "another process is training there",
    expected: "a run that no process has open",
    remedy: "Wait for it to end, or choose another --out.",
  },
  "nothing-to-resume": {
    problem: "there is no run to resume",
    expected: "the folder of an interrupted run",
    remedy: "Leave out --resume, or give the --out the run was started with.",
  },
  "unfinished-run": {
    problem: "an unfinished run is there",
    expected: "no run, or a finished one",
    remedy: "Continue it with --resume, remove the folder, or choose another --out.",
  },
};

/** Remove the end of a file of lines if it is a part of a line, as a killed process may leave it. */
function dropHalfLine(path: string): void {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) truncateSync(path, end);
}

const isFinished = (path: string): boolean => lastLine(path).startsWith('{"type":"model"');

const hasFailed = (path: string): boolean => lastLine(path).startsWith('{"type":"error"');

const lastLine = (path: string): string =>
  readFileSync(join(path, EVENTS), "utf8").trimEnd().split("\n").at(-1) ?? "";

/** A free path for a failed run beside the run at `path`: `flowers.model.failed.run`. */
function freeBeside(path: string): string {
  const bare = path.replace(/\.run$/, ".failed");
  for (let i = 1; ; i++) {
    const free = `${bare}${i === 1 ? "" : `-${i}`}.run`;
    if (!existsSync(free)) return free;
  }
}
