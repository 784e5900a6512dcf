/** What reading a data folder finds wrong and decides: bad files become one error, decisions one notice a kind. */

import { Faults } from "../../base/faults.js";
import { someOf } from "../listed.js";
import type { Notice } from "../notice.js";

/** Collects the faults and the notices of one reading of a data folder. */
export class LayoutLog {
  /** What stops the reading, all of it. */
  readonly faults = new Faults();
  readonly #hidden = new Set<string>();
  readonly #own = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #notices: Notice[] = [];

  /** A name that starts with a dot was left out. */
  hidden(path: string): void {
    this.#hidden.add(path);
  }

  /** A folder that metamodal wrote was left out. */
  own(path: string): void {
    this.#own.add(path);
  }

  /** Files that a notice says were left out. */
  get leftOutFiles(): ReadonlySet<string> {
    return this.#leftOut;
  }

  /** A file that is no data was left out. */
  leftOut(path: string): void {
    this.#leftOut.add(path);
  }

  note(notice: Notice): void {
    this.#notices.push(notice);
  }

  /** What was decided about folders and archives. */
  get decisions(): readonly Notice[] {
    return this.#notices;
  }

  /** Everything decided and left out. */
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
      ...names("files/own", "models, tasks and runs of metamodal are no data", this.#own),
      ...names("files/left-out", "no media file, metadata file or class folder", this.#leftOut),
    ];
  }
}
