/** `metamodal methods`: every learner, fusion, alignment, auxiliary objective, encoder and continual method. */

import type { CommandWith } from "../command.js";
import { print, printJson } from "../output.js";
import { json as options } from "../shared-options.js";
import { table } from "../text.js";

export const methods: CommandWith<typeof options> = {
  name: "methods",
  args: [],
  summary: "List every learner, fusion, alignment, auxiliary objective, encoder and continual method.",
  examples: ["metamodal methods", "metamodal methods --json"],
  options,

  async run({ values }) {
    const { methods } = await import("../../index.js");
    if (values.json) return printJson(methods);
    print(
      Object.entries(methods)
        .filter(([, rows]) => rows.length > 0)
        .map(([kind, rows]) =>
          table(
            [{ title: kind }, { title: "what it does" }, { title: "source" }],
            rows.map(({ name, summary, source }) => [name, summary, source]),
          ),
        )
        .join("\n"),
    );
  },
};
