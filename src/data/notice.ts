/**
 * Notices: decisions in reading a data set that nobody stated. A column read as numbers, files that no row names, a normalised
 * label: each is one notice, shown before any work; the audit reports those that are `suspect`.
 */

/** One decision about a column, a label, a folder or a file. */
export interface Notice {
  /** Stable, kebab-case, grouped by a slash: `columns/numbers`. */
  readonly code: string;
  /** The file, folder or column: `metadata.csv, column "age"`. */
  readonly where: string;
  /** One line: what was found, and how it was read. */
  readonly text: string;
  /** Set if the data may be wrong; the audit reports it. */
  readonly suspect?: true;
}

/** Receives notices. */
export type Note = (notice: Notice) => void;
