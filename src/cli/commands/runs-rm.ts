/** `metamodal runs rm`: remove training runs; their models stay. */

import type { CommandWith } from "../command.js";
import { print, printJson } from "../output.js";
import { json } from "../shared-options.js";
import { lines } from "../text.js";

const options = { ...json };

export const runsRemove: CommandWith<typeof options> = {
  name: "runs rm",
  args: ["RUN"],
  takesMore: "RUN...",
  summary: "Remove the folders of training runs, with their checkpoints; models stay.",
  examples: ["metamodal runs rm flowers.model.run", "metamodal runs rm a.model b.model"],
  options,

  async run({ args, values }) {
    const { runAt } = await import("../../runs/run-record.js");
    const { RunFolder } = await import("../../runs/run-folder.js");
    const folders = args.map((path) => new RunFolder(runAt(path)));
    for (const folder of folders) folder.remove();
    const removed = folders.map(({ shown }) => shown);
    if (values.json) printJson({ removed });
    else print(lines(removed.map((path) => `removed  ${path}`)));
  },
};
