/** `metamodal runs reindex`: make the index of runs anew from their folders. */

import type { CommandWith } from "../command.js";
import { print, printJson } from "../output.js";
import { readEach, runsAt, withIndex } from "../runs.js";
import { json } from "../shared-options.js";
import { counted } from "../text.js";

const options = { ...json };

export const runsReindex: CommandWith<typeof options> = {
  name: "runs reindex",
  args: [],
  takesMore: "DIR...",
  summary: "Read the runs at and below folders anew; other commands read those that have changed.",
  examples: ["metamodal runs reindex", "metamodal runs reindex experiments"],
  options,

  async run({ args, values }) {
    const paths = await runsAt(args);
    const { results, damaged } = await withIndex((index) => {
      index.clear();
      return readEach(paths, (path) => index.run(path));
    });
    if (values.json) printJson({ runs: results.length, damaged });
    else print(`indexed  ${counted(results.length, "run")}`);
  },
};
