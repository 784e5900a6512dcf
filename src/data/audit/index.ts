/** Audits a data set before training: faults that make scores wrong, such as leakage, or models worse. */

import { checkDataset } from "../given.js";
import type { Dataset } from "../types.js";
import { checks } from "./checks/index.js";
import { readContents } from "./contents.js";
import type { Finding, Severity } from "./types.js";

export type { Evidence, Finding, Severity } from "./types.js";

/** The result of {@link auditDataset}. */
export interface Audit {
  readonly name: string;
  readonly rows: number;
  /** Whether some finding is of leakage: a test query may have been seen in training. */
  readonly leakage: boolean;
  /** The most severe first. */
  readonly findings: readonly Finding[];
}

export interface AuditOptions {
  signal?: AbortSignal;
  /** Called with the current step, and its progress. */
  onProgress?: (doing: string, done: number, total: number) => void;
}

const order: readonly Severity[] = ["error", "warning", "note"];

/**
 * Audit a data set before training: read every value and run all checks. Damaged files are findings, not errors.
 *
 * @throws {Error} the reason of `signal` if it is aborted.
 * @example
 * const data = await openDataset("iris.csv", { label: "species" });
 * const { leakage, findings } = await auditDataset(data);
 * if (leakage) console.error(findings[0]);
 */
export async function auditDataset(dataset: Dataset, options: AuditOptions = {}): Promise<Audit> {
  checkDataset(dataset, "auditDataset");
  const { signal, onProgress } = options;
  const contents = await readContents(dataset, {
    signal,
    onProgress: (done, total) => onProgress?.("reading", done, total),
  });
  const findings: Finding[] = [];
  for (const [i, { name, run }] of checks.entries()) {
    signal?.throwIfAborted();
    onProgress?.(name, i, checks.length);
    for (const finding of await run({ dataset, contents, signal }))
      findings.push({ check: name, ...finding });
  }
  findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return {
    name: dataset.name,
    rows: dataset.rows.length,
    leakage: findings.some(({ leakage }) => leakage),
    findings,
  };
}
