/** Finds constant or missing modalities, table columns and vector dimensions. */

import { splits } from "../../splits.js";
import type { Audited, Check, CheckFinding, Evidence } from "../types.js";

/** Share of missing cells above which a column is mostly missing. */
const mostMissing = 0.5;

export const columns: Check = {
  name: "columns",
  summary: "constant or missing modalities, columns and dimensions",
  run(audited) {
    const { dataset, contents } = audited;
    const constant: Evidence[] = [];
    const missing: Evidence[] = [];
    for (const [modality, { kind, rows: indexes, digests }] of Object.entries(contents.columns)) {
      const ids = indexes.slice(0, 3).map((index) => dataset.rows[index].id);
      if (indexes.length > 1 && new Set(digests).size === 1)
        constant.push({ ids, detail: `"${modality}" is the same in all its ${indexes.length} rows` });
      else if (kind === "vector" || kind === "tabular") {
        const found = cellsOf(audited, modality);
        constant.push(...found.constant);
        missing.push(...found.missing);
      }
      missing.push(...missingIn(audited, modality));
    }
    const findings: CheckFinding[] = [
      {
        severity: "warning",
        leakage: false,
        problem: `${constant.length} constant ${constant.length === 1 ? "column" : "columns"}`,
        remedy: "Leave them out: they distinguish no classes.",
        evidence: constant,
      },
      {
        severity: "warning",
        leakage: false,
        problem: `${missing.length} ${missing.length === 1 ? "column" : "columns"} mostly or wholly missing`,
        remedy: "Fill them, or leave them out of the option `modalities`.",
        evidence: missing,
      },
    ];
    return findings.filter(({ evidence }) => evidence.length > 0);
  },
};

/** Splits no row of which has the modality. */
function missingIn({ dataset: { rows } }: Audited, modality: string): Evidence[] {
  return splits.flatMap((split) => {
    const own = rows.filter((row) => row.split === split);
    if (own.length === 0 || own.some(({ values }) => Object.hasOwn(values, modality))) return [];
    return [{ ids: own.slice(0, 3).map(({ id }) => id), detail: `no row of ${split} has "${modality}"` }];
  });
}

/** Table columns and vector dimensions that are constant or mostly missing. */
function cellsOf({ dataset: { rows } }: Audited, modality: string) {
  const having = rows.filter(({ values }) => Object.hasOwn(values, modality));
  const cells = new Map<string, { first: unknown; varies: boolean; count: number; id: string }>();
  for (const { values, id } of having)
    for (const [name, cell] of Object.entries(values[modality] as object)) {
      if (cell === null || cell === undefined || cell === "") continue;
      const known = cells.get(name) ?? { first: cell, varies: false, count: 0, id };
      known.varies ||= cell !== known.first;
      known.count++;
      cells.set(name, known);
    }
  const found = [...cells].map(([name, cell]) => ({ ...cell, name: `${modality}.${name}` }));
  return {
    constant: found
      .filter(({ varies, count }) => !varies && count > 1)
      .map(({ name, first, id }) => ({ ids: [id], detail: `"${name}" is always ${JSON.stringify(first)}` })),
    missing: found
      .filter(({ count }) => count < (1 - mostMissing) * having.length)
      .map(({ name, count, id }) => ({
        ids: [id],
        detail: `"${name}" is in ${count} of ${having.length} rows`,
      })),
  };
}
