/** Findings, and the interface of checks. */

import type { Dataset } from "../types.js";
import type { Contents } from "./contents.js";

/** `error` invalidates results, `warning` may do so, `note` is information. */
export type Severity = "error" | "warning" | "note";

/** Examples that show a fault. */
export interface Evidence {
  /** The ids of the examples; several if they are equal or similar. */
  readonly ids: readonly string[];
  /** The fault, in words. */
  readonly detail: string;
}

/** One fault of a data set. */
export interface Finding {
  /** The name of the check: `label-noise`. */
  readonly check: string;
  readonly severity: Severity;
  /** Whether a test query may have been seen in training. */
  readonly leakage: boolean;
  /** One sentence. */
  readonly problem: string;
  readonly remedy: string;
  /** Every case, the clearest first. */
  readonly evidence: readonly Evidence[];
}

/** A finding without the name of its check. */
export type CheckFinding = Omit<Finding, "check">;

/** The input of a check. */
export interface Audited {
  readonly dataset: Dataset;
  /** The values that could be read, and the errors of the others. */
  readonly contents: Contents;
  readonly signal?: AbortSignal;
}

/** One check. */
export interface Check {
  readonly name: string;
  /** What it finds, in a few words. */
  readonly summary: string;
  run(audited: Audited): Promise<CheckFinding[]> | CheckFinding[];
}
