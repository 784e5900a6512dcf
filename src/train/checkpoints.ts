/**
 * The checkpoints of a part in a run folder. The last {@link KEPT} and the one of the best weights are kept; training is
 * resumed from the newest that is whole.
 */

import { existsSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isDraft } from "../base/aside.js";
import { InputError } from "../base/errors.js";
import type { ModelDefinition } from "../model/index.js";
import { type CheckpointContents, type RunIdentity, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { checkpointName, checkpointStep } from "./checkpoint-name.js";
import { type SavedFailure, writeFailure } from "./saved-failure.js";

/** How many checkpoints are kept besides that of the best weights. */
const KEPT = 3;

/** Where training is resumed. */
export interface Resumption {
  readonly contents: CheckpointContents;
  /** The path of the checkpoint. */
  readonly path: string;
  /** Why newer checkpoints cannot be used, from the newest on. */
  readonly passedOver: readonly InputError[];
}

export class Checkpoints {
  /**
   * @param folder the run folder
   * @param part the name of the part
   */
  constructor(
    readonly folder: string,
    readonly part: string,
    readonly definition: ModelDefinition,
    readonly run: RunIdentity,
  ) {}

  /** Write a checkpoint, and then remove those that are no longer kept. Returns its path. */
  async write(contents: CheckpointContents): Promise<string> {
    const { step } = contents.current;
    const path = join(this.folder, checkpointName(this.part, step));
    await writeCheckpoint(path, contents, this.definition, this.run);
    const best = contents.best?.step;
    const older = this.#found().filter((found) => found.name !== checkpointName(this.part, step));
    const spare = older.slice(KEPT - 1).filter((found) => found.step !== best);
    for (const { name } of spare) unlinkSync(join(this.folder, name));
    return path;
  }

  /** Write a step that is not finite; `before` is the state before it. Returns its path. */
  writeFailure(failure: SavedFailure, before: CheckpointContents): Promise<string> {
    return writeFailure(this, failure, before);
  }

  /**
   * Read the newest checkpoint that is whole; undefined if there is none at all.
   *
   * @throws {InputError} of the newest, if none is whole; `train/other-recipe` or `train/other-runtime` if it is of another run
   */
  async read(): Promise<Resumption | undefined> {
    this.#dropDrafts();
    const passedOver: InputError[] = [];
    for (const { name } of this.#found()) {
      const path = join(this.folder, name);
      try {
        return { contents: await readCheckpoint(path, this.definition, this.run), path, passedOver };
      } catch (error) {
        if (!(error instanceof InputError) || error.code.startsWith("train/other-")) throw error;
        passedOver.push(error);
      }
    }
    if (passedOver.length > 0) throw passedOver[0];
    return undefined;
  }

  /** The path of the newest checkpoint; undefined if there is none. */
  newest(): string | undefined {
    const [found] = this.#found();
    return found && join(this.folder, found.name);
  }

  /** Remove what a killed process was writing: nobody else writes into the folder of a run. */
  #dropDrafts(): void {
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder))
      if (isDraft(name)) rmSync(join(this.folder, name), { force: true });
  }

  /** The checkpoints in the folder, the newest first. */
  #found(): readonly { readonly name: string; readonly step: number }[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .flatMap((name) => {
        const step = checkpointStep(name, this.part);
        return step === undefined ? [] : [{ name, step }];
      })
      .sort((a, b) => b.step - a.step);
  }
}
