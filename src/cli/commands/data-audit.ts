/** `metamodal data audit`: what in a data folder would make scores wrong or models worse. */

import { RunError } from "../../base/errors.js";
import type { Audit, Finding } from "../../index.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { withFlags } from "../flag-words.js";
import { flag } from "../option.js";
import { colours, print, printJson } from "../output.js";
import { Progress } from "../progress.js";
import { columns, splitColumn } from "../shared-options.js";
import { counted, lines } from "../text.js";

const options = {
  strict: flag("exit with status 1 if leakage is found"),
  ...splitColumn,
  ...columns,
  json: flag("print one JSON object, with every case"),
};

/** Cases that are shown of each finding. */
const shown = 5;

export const dataAudit: CommandWith<typeof options> = {
  name: "data audit",
  args: ["DATA"],
  summary: "Find duplicates, leakage, suspected labels, damaged files and more in a data folder.",
  examples: [
    "metamodal data audit my-data",
    "metamodal data audit my-data --json",
    "metamodal data audit my-data --strict",
  ],
  options,

  async run({ args: [path], values, signal }) {
    const { auditDataset } = await import("../../data/audit/index.js");
    const { openDataset } = await import("../../data/index.js");
    const progress = new Progress();
    try {
      const audit = await auditDataset(
        await openDataset(path, { ...columnsOf(values, values.split), signal }),
        {
          signal,
          onProgress: (doing, done, total) =>
            progress.update(() => `auditing  ${progress.bar(done / total)}${doing}`),
        },
      );
      progress.clear();
      if (values.json) printJson({ data: path, ...audit });
      else print(describe(audit), painted);
      if (audit.leakage && values.strict)
        throw new RunError(
          "audit/leakage",
          `${path}: leakage was found; what is held out may have been seen. Remove it, or leave out --strict.`,
        );
    } finally {
      progress.clear();
    }
  },
};

function describe({ name, rows, findings }: Audit): string {
  const count = (severity: Finding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const counts = [
    counted(count("error"), "error"),
    counted(count("warning"), "warning"),
    counted(count("note"), "note"),
  ];
  return [lines([`${name}, ${counted(rows, "row")}: ${counts.join(", ")}`]), ...findings.map(paragraph)].join(
    "\n\n",
  );
}

function paragraph({ check, severity, leakage, problem, remedy, evidence }: Finding): string {
  const rest = evidence.length - shown;
  return lines([
    `${severity}  ${check}: ${problem}${leakage ? " (leakage)" : ""}`,
    ...evidence.slice(0, shown).map(({ detail }) => `  ${detail}`),
    ...(rest > 0 ? [`  and ${counted(rest, "more", "more")} (listed by --json)`] : []),
    `  ${withFlags(remedy)}`,
  ]);
}

/** Severities in their colours, where they begin a line. */
function painted(text: string): string {
  const { red, yellow } = colours(process.stdout);
  return text
    .replaceAll(/^error(?= {2})/gm, red("error"))
    .replaceAll(/^warning(?= {2})/gm, yellow("warning"));
}
