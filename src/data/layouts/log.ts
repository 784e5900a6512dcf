/** Collects faults and notices while a layout is read: all faults become one error, decisions one notice per kind. */

import { Faults } from "../../base/faults.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";

export class LayoutLog {
  /** Errors, which are thrown together at the end. */
  readonly faults = new Faults();
  readonly #hidden = new Set<string>();
  readonly #own = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #notices: Notice[] = [];

  /** Record that a hidden file or folder was left out. */
  hidden(path: string): void {
    this.#hidden.add(path);
  }

  /** Record that a folder written by metamodal was left out. */
  own(path: string): void {
    this.#own.add(path);
  }

  /** The files that a notice lists as left out. */
  get leftOutFiles(): ReadonlySet<string> {
    return this.#leftOut;
  }

  /** Record that a file that is not data was left out. */
  leftOut(path: string): void {
    this.#leftOut.add(path);
  }

  note(notice: Notice): void {
    this.#notices.push(notice);
  }

  /** The notices about folders and archives. */
  get decisions(): readonly Notice[] {
    return this.#notices;
  }

  /** All notices, including those of files left out. */
  get notices(): Notice[] {
    const names = (code: string, what: string, found: ReadonlySet<string>): Notice[] => {
      const [first, ...others] = found;
      if (first === undefined) return [];
      return [
        {
          code,
          where: first,
          text: others.length ? `left out, with ${someOf(others)}: ${what}` : `left out: ${what}`,
        },
      ];
    };
    return [
      ...this.#notices,
      ...names("files/hidden", "hidden files and folders are not read", this.#hidden),
      ...names("files/own", "models, tasks and runs of metamodal are not data", this.#own),
      ...names("files/left-out", "neither media file, metadata file nor class folder", this.#leftOut),
    ];
  }
}
