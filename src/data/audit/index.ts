/** Audits a data set before anyone trains on it: what would make its scores wrong, or its models worse. */

import type { Dataset } from "../types.js";
import { checks } from "./checks/index.js";
import { readContents } from "./contents.js";
import type { Finding, Severity } from "./types.js";

export type { Evidence, Finding, Severity } from "./types.js";

/** What {@link auditDataset} found. */
export interface Audit {
  readonly name: string;
  readonly rows: number;
  /** True where a finding is of leakage: what is asked in a test may have been seen in training. */
  readonly leakage: boolean;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

export interface AuditOptions {
  signal?: AbortSignal;
  /** Called with what is going on, and how far it is. */
  onProgress?: (doing: string, done: number, total: number) => void;
}

const order: readonly Severity[] = ["error", "warning", "note"];

/**
 * Read every value of a data set and run all checks. A damaged file is a finding, not an error.
 *
 * @example const { findings } = await auditDataset(await openDataset("my-data"));
 */
export async function auditDataset(dataset: Dataset, options: AuditOptions = {}): Promise<Audit> {
  const { signal, onProgress } = options;
  const contents = await readContents(dataset, {
    signal,
    onProgress: (done, total) => onProgress?.("reading", done, total),
  });
  const findings: Finding[] = [];
  for (const [i, { name, run }] of checks.entries()) {
    signal?.throwIfAborted();
    onProgress?.(name, i, checks.length);
    for (const said of await run({ dataset, contents, signal })) findings.push({ check: name, ...said });
  }
  findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return {
    name: dataset.name,
    rows: dataset.rows.length,
    leakage: findings.some(({ leakage }) => leakage),
    findings,
  };
}
