/** Finds texts that contain their own label. */

import { hasWord, wordsOf as wordsOfLabel } from "../../labels/text.js";
import { wordsOf } from "../kinds/text.js";
import type { Check, CheckFinding, Evidence } from "../types.js";

/** Share of such texts from which on it is leakage: the text is the label. */
const mostShare = 0.5;

export const labelInText: Check = {
  name: "label-in-text",
  summary: "texts that contain their own label",
  run({ dataset: { rows }, contents }) {
    const findings: CheckFinding[] = [];
    for (const [modality, { kind, rows: indexes, kept }] of Object.entries(contents.columns)) {
      if (kind !== "text") continue;
      const evidence: Evidence[] = [];
      let labelled = 0;
      for (const [i, index] of indexes.entries()) {
        const { id, label } = rows[index];
        if (!hasWord(label)) continue;
        const words = wordsOf(wordsOfLabel(label)).join(" ");
        labelled++;
        if (!` ${wordsOf(kept[i] as string).join(" ")} `.includes(` ${words} `)) continue;
        evidence.push({ ids: [id], detail: `${id} contains ${JSON.stringify(words)}, its label` });
      }
      if (evidence.length === 0) continue;
      const share = evidence.length / labelled;
      findings.push({
        severity: share >= mostShare ? "error" : "warning",
        leakage: share >= mostShare,
        problem: `${evidence.length} of ${labelled} texts of "${modality}" contain their own label`,
        remedy: "Remove the label from the text, unless it is also in the texts of later queries.",
        evidence,
      });
    }
    return findings;
  },
};
