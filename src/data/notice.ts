/**
 * Notices: what reading a data set decided that nobody stated. A column taken for numbers, files that no row names, a
 * label normalised: each is one notice, printed before any work, carried in `--json`, and raised by the audit if it is
 * `suspect`.
 */

/** One decision about a column, a label, a folder or a file. */
export interface Notice {
  /** Stable, kebab-case, grouped by a slash: `columns/numbers`. */
  readonly code: string;
  /** The file, folder or column that it is about: `metadata.csv, column "age"`. */
  readonly where: string;
  /** One line, which names what was found and what was made of it. */
  readonly text: string;
  /** Whether it may be a mistake in the data, which `data audit` then reports. */
  readonly suspect?: true;
}

/** Takes a notice where something is decided. */
export type Note = (notice: Notice) => void;
