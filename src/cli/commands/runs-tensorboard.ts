/** `metamodal runs tensorboard`: write the curves of runs as event files of TensorBoard. */

import type { CommandWith } from "../command.js";
import { required, text } from "../option.js";
import { print, printJson } from "../output.js";
import { readEach, runsAt } from "../runs.js";
import { json } from "../shared-options.js";
import { counted, quoted } from "../text.js";

const options = {
  out: required(text("DIR", "folder to write, one folder per run in it")),
  ...json,
};

export const runsTensorboard: CommandWith<typeof options> = {
  name: "runs tensorboard",
  args: [],
  takesMore: "RUN|DIR...",
  summary: "Write the curves of training runs as event files, which TensorBoard shows.",
  examples: [
    "metamodal runs tensorboard flowers.model --out logs",
    "metamodal runs tensorboard experiments --out logs --json",
  ],
  options,

  async run({ args, values: { out, json: asJson } }) {
    const { writeEventFiles } = await import("../../runs/event-folder.js");
    const { readRun } = await import("../../runs/run-record.js");
    const paths = await runsAt(args);
    const { results, damaged } = readEach(paths, (path) => ({ path, curves: readRun(path).curves }));
    const files = await writeEventFiles(results, out);
    if (asJson) printJson({ out, files, damaged });
    else print(`${counted(files.length, "run")} in ${out}; next: tensorboard --logdir ${quoted(out)}`);
  },
};
