/**
 * The run folder beside a model folder: checkpoints, and `events.jsonl` with one JSON object an event. The last
 * event is `model` exactly when the run has finished; a finished run may be replaced, an unfinished one may not.
 */

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";

const EVENTS = "events.jsonl";

export class RunFolder {
  /** Where a finished run waits until the new one has something to keep. */
  readonly #aside: string;

  constructor(readonly path: string) {
    this.#aside = `${path}.old-${process.pid}`;
  }

  /** Whether there is a checkpoint to go on from. */
  get canResume(): boolean {
    return existsSync(this.path) && readdirSync(this.path).some((name) => name !== EVENTS);
  }

  /** Make sure that training can start, or go on. Call {@link close} whatever happens then. */
  open(resume: boolean): void {
    if (resume === existsSync(this.path)) return;
    if (!resume && isFinished(this.path)) {
      renameSync(this.path, this.#aside);
      return;
    }
    throw new InputError({
      code: resume ? "cli/nothing-to-resume" : "cli/unfinished-run",
      where: this.path,
      problem: resume ? "there is no run to go on with" : "an unfinished run is there",
      expected: resume ? "the folder of an interrupted run" : "no run, or a finished one",
      remedy: resume
        ? "Leave out --resume, or give the --out the run was started with."
        : "Go on with it by --resume, remove the folder, or choose another --out.",
    });
  }

  append(event: object): void {
    mkdirSync(this.path, { recursive: true });
    appendFileSync(join(this.path, EVENTS), `${JSON.stringify(event)}\n`);
  }

  /** Leave nothing behind that is neither finished nor can be resumed, and put back what it would replace. */
  close(): void {
    const keep = this.canResume;
    if (!keep) rmSync(this.path, { recursive: true, force: true });
    if (!existsSync(this.#aside)) return;
    if (keep) rmSync(this.#aside, { recursive: true });
    else renameSync(this.#aside, this.path);
  }
}

function isFinished(path: string): boolean {
  const file = join(path, EVENTS);
  if (!existsSync(file)) return false;
  const last = readFileSync(file, "utf8").trimEnd().split("\n").at(-1)!;
  return last.startsWith('{"type":"model"');
}
