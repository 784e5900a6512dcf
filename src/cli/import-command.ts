/** What the commands share that convert a published data set, in a layout of its own, to a data folder. */

import type { ImportSummary } from "../index.js";
import type { CommandWith } from "./command.js";
import { required, text } from "./option.js";
import { print, printJson } from "./output.js";
import { json } from "./shared-options.js";
import { counted, grouped, lines, quoted } from "./text.js";

export const importOptions = { out: required(text("DIR", "data folder to write")), ...json };

type Importer = (source: string, to: string, options: { signal: AbortSignal }) => Promise<ImportSummary>;

interface ImportCommand {
  readonly name: `data import ${string}`;
  readonly summary: string;
  readonly examples: readonly string[];
  /** What the splits divide: classes, or groups if each group is a task. */
  readonly units: string;
  readonly load: (data: typeof import("../data/index.js")) => Importer;
}

/** A command that imports SOURCE, a folder or an address. */
export const importCommand = ({
  units,
  load,
  ...described
}: ImportCommand): CommandWith<typeof importOptions> => ({
  ...described,
  args: ["SOURCE"],
  options: importOptions,

  async run({ args: [source], values: { out, json }, signal }) {
    const importer = load(await import("../data/index.js"));
    const summary = await importer(source, out, { signal });
    if (json) return printJson({ data: out, ...summary });
    const counts = Object.entries(summary.units).map(([split, count]) => `${split} ${grouped(count)}`);
    const unused = summary.unusedRows > 0 ? `, ${counted(summary.unusedRows, "row")} of no split` : "";
    print(
      lines([
        `data  ${out}: ${counted(summary.rows, "row")}, ${units}: ${counts.join(", ")}${unused}`,
        `next  metamodal train ${quoted(out)}`,
      ]),
    );
  },
});
