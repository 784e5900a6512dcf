/** Finds classes in several splits, and groups (speakers, drawers, users) in both support and query or both train and test. */

import { splits } from "../../splits.js";
import { groupsAreTasks, type Row } from "../../types.js";
import type { Check, CheckFinding, Evidence } from "../types.js";

export const shared: Check = {
  name: "shared",
  summary: "classes and groups in several splits, or in both support and query",
  run({ dataset: { rows } }) {
    if (groupsAreTasks(rows)) return acrossSplits(rows, "group");
    return [...acrossSplits(rows, "label"), ...acrossSplits(rows, "group"), ...withinEpisodes(rows)];
  },
};

/** Findings of classes or groups in several splits; a shared group is leakage if each group is a task. */
function acrossSplits(rows: readonly Row[], field: "label" | "group"): CheckFinding[] {
  const seen = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const [name, { split }] = [row[field], row];
    if (name === undefined || split === undefined) continue;
    const firsts = seen.get(name) ?? new Map<string, string>();
    seen.set(name, firsts);
    if (!firsts.has(split)) firsts.set(split, row.id);
  }
  const evidence = [...seen]
    .filter(([, firsts]) => firsts.size > 1)
    .map(([name, firsts]): Evidence => {
      const where = splits.filter((split) => firsts.has(split)).join(" and ");
      return { ids: [...firsts.values()], detail: `${JSON.stringify(name)} is in ${where}` };
    });
  if (evidence.length === 0) return [];
  const isUnit = field === "label" || groupsAreTasks(rows);
  const word = field === "label" ? "classes" : "groups";
  return [
    {
      severity: isUnit ? "error" : "warning",
      leakage: isUnit,
      problem: `${evidence.length} ${word} are in more than one split`,
      remedy: isUnit
        ? `Keep all rows of a ${field === "label" ? "class" : "group"} in one split: held-out ${word} must be unseen in training.`
        : "Keep each in one split if the model will be used for new ones (speakers, drawers, users).",
      evidence,
    },
  ];
}

/** Findings of groups with several rows of one class: an episode may have one in the support and another in the query. */
function withinEpisodes(rows: readonly Row[]): CheckFinding[] {
  const owners = new Map<string, string[]>();
  for (const { label, group, id } of rows) {
    if (label === undefined || group === undefined) continue;
    const key = JSON.stringify([label, group]);
    owners.set(key, [...(owners.get(key) ?? []), id]);
  }
  const evidence = [...owners]
    .filter(([, ids]) => ids.length > 1)
    .map(([key, ids]): Evidence => {
      const [label, group] = JSON.parse(key) as [string, string];
      return { ids, detail: `${JSON.stringify(group)} made ${ids.length} rows of ${JSON.stringify(label)}` };
    });
  if (evidence.length === 0) return [];
  return [
    {
      severity: "note",
      leakage: false,
      problem: `${evidence.length} times, a group made several rows of one class, so that support and query may share it`,
      remedy: 'Evaluate with the option `across: "group"`.',
      evidence,
    },
  ];
}
