/** What an audit finds, and what its checks are given. */

import type { Dataset } from "../types.js";
import type { Contents } from "./contents.js";

/** `error` spoils results, `warning` may, `note` is worth knowing. */
export type Severity = "error" | "warning" | "note";

/** Some examples that show a fault. */
export interface Evidence {
  /** Of the examples; several where they are alike. */
  readonly ids: readonly string[];
  /** What is wrong with them. */
  readonly detail: string;
}

/** One fault of a data set. */
export interface Finding {
  /** The check's name: `label-noise`. */
  readonly check: string;
  readonly severity: Severity;
  /** True where what is asked in a test may have been seen in training. */
  readonly leakage: boolean;
  /** One sentence. */
  readonly problem: string;
  readonly remedy: string;
  /** Every case, the clearest first. */
  readonly evidence: readonly Evidence[];
}

/** What a check says: its findings without its name. */
export type Said = Omit<Finding, "check">;

/** What every check may look at. */
export interface Audited {
  readonly dataset: Dataset;
  /** The values that could be read, and what is wrong with the others. */
  readonly contents: Contents;
  readonly signal?: AbortSignal;
}

/** One check: a file, and a row of the table. */
export interface Check {
  readonly name: string;
  /** What it looks for, in a few words. */
  readonly summary: string;
  run(audited: Audited): Promise<Said[]> | Said[];
}
