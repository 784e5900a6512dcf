/** `metamodal data import omniglot`: make a data folder of images and strokes from the official archives. */

import type { CommandWith } from "../command.js";
import { importOptions as options } from "../import-command.js";
import { print, printJson } from "../output.js";
import { counted, lines, quoted } from "../text.js";

export const dataImportOmniglot: CommandWith<typeof options> = {
  name: "data import omniglot",
  args: ["PATH"],
  summary: "Make a data folder of the unpacked Omniglot archives.",
  examples: ["metamodal data import omniglot downloads/omniglot --out omniglot"],
  options,

  async run({ args: [path], values, signal }) {
    const { importOmniglot } = await import("../../data/index.js");
    const out = values.out;
    const summary = await importOmniglot(path, out, { signal });
    if (values.json) return printJson({ data: out, ...summary });
    const classes = Object.entries(summary.classes).map(([split, count]) => `${split} ${count}`);
    print(
      lines([
        `data  ${out}: ${counted(summary.rows, "row")}, classes: ${classes.join(", ")}`,
        `next  metamodal train ${quoted(out)}`,
      ]),
    );
  },
};
