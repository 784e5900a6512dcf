/**
 * The run folder beside a model folder: checkpoints, and `events.jsonl` with one JSON object per event. The last event
 * of a finished run is `model`. A finished run may be replaced, an unfinished one may not.
 */

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../base/errors.js";
import { type FolderKind, type FolderPlace, folderPlace } from "../base/place.js";
import { moveAside, removeEmpty, removeFolder } from "../base/write.js";
import { isCheckpoint } from "../train/checkpoint-name.js";

const EVENTS = "events.jsonl";

const runFolder: FolderKind = {
  expected: "a free path, or the folder of a run",
  contents: (folder) =>
    firstEvent(folder)?.type === undefined ? undefined : (path) => path === EVENTS || isCheckpoint(path),
};

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
  /** A finished run, moved aside until the new one has a checkpoint. */
  #old: Required<FolderPlace> | undefined;
  /** The topmost folder that was created for the run folder. */
  #created: string | undefined;
  /** Lines of events that are not written yet. */
  readonly #waiting: string[] = [];
  #hasStarted = false;

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
   * @throws {InputError} `cli/nothing-to-resume` or `cli/unfinished-run`
   */
  open(resume: boolean): void {
    const found = this.#place(this.path);
    const isThere = found.entries !== undefined && found.entries.length > 0;
    if (resume && isThere) return;
    if (!resume && (!isThere || isFinished(this.path))) {
      this.#old = moveAside(found);
      return;
    }
    throw new InputError({
      code: resume ? "cli/nothing-to-resume" : "cli/unfinished-run",
      where: this.shown,
      problem: resume ? "there is no run to resume" : "an unfinished run is there",
      expected: resume ? "the folder of an interrupted run" : "no run, or a finished one",
      remedy: resume
        ? "Leave out --resume, or give the --out the run was started with."
        : "Continue it with --resume, remove the folder, or choose another --out.",
    });
  }

  /** Append an event. Events before the first `start` are written together with it, so that a refused start changes nothing. */
  append(event: { readonly type: string }): void {
    this.#waiting.push(`${JSON.stringify(event)}\n`);
    this.#hasStarted ||= event.type === "start";
    if (!this.#hasStarted) return;
    this.#created ??= mkdirSync(this.path, { recursive: true });
    appendFileSync(join(this.path, EVENTS), this.#waiting.splice(0).join(""));
  }

  /** Remove a run without a checkpoint, and restore the finished run that it would have replaced. */
  close(): void {
    const keep = this.canResume;
    if (!keep && existsSync(this.path)) {
      removeFolder(this.#place(this.path));
      if (this.#created) removeEmpty(dirname(this.path), this.#created);
    }
    if (!this.#old) return;
    if (keep) removeFolder(this.#old);
    else renameSync(this.#old.path, this.path);
  }
}

function isFinished(path: string): boolean {
  const last = readFileSync(join(path, EVENTS), "utf8").trimEnd().split("\n").at(-1) ?? "";
  return last.startsWith('{"type":"model"');
}
