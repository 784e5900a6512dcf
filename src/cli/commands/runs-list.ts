/** `metamodal runs list`: the training runs of a folder. */

import type { CommandWith } from "../command.js";
import { choice, text } from "../option.js";
import { print, printJson } from "../output.js";
import { mainPart, readEach, runsAt, scoreText, stepText, timeText, withIndex } from "../runs.js";
import { json } from "../shared-options.js";
import { table } from "../text.js";

const options = {
  state: choice(
    ["finished", "running", "failed", "interrupted"],
    "STATE",
    "only runs of this state: finished, running, failed or interrupted",
  ),
  learner: text("NAME", "only runs of this learner"),
  data: text("TEXT", "only runs whose data path contains this"),
  ...json,
};

export const runsList: CommandWith<typeof options> = {
  name: "runs list",
  args: [],
  takesMore: "DIR...",
  summary: "List the training runs at and below folders, by default the current one.",
  examples: [
    "metamodal runs list",
    "metamodal runs list experiments --state interrupted",
    "metamodal runs list --learner maml --json",
  ],
  options,

  async run({ args, values }) {
    const { runName } = await import("../../runs/run-record.js");
    const paths = await runsAt(args);
    const { results, damaged } = await withIndex((index) => readEach(paths, (path) => index.run(path)));
    const shown = results.filter(
      ({ state, recipe, data = "" }) =>
        (values.state === undefined || state === values.state) &&
        (values.learner === undefined || recipe?.learner.name === values.learner) &&
        (values.data === undefined || data.includes(values.data)),
    );
    if (values.json) return printJson({ runs: shown, damaged });
    const rows = shown.map((record) => {
      const part = mainPart(record);
      return [
        runName(record.path),
        record.state,
        timeText(record.started),
        part?.part ?? "",
        record.recipe?.learner.name ?? "",
        part ? stepText(part) : "",
        scoreText(part?.best),
        record.path,
      ];
    });
    const number = (title: string) => ({ title, right: true });
    const columns = [{ title: "run" }, { title: "state" }, { title: "started" }, { title: "model" }];
    print(
      table(
        [...columns, { title: "learner" }, number("step"), number("validation"), { title: "folder" }],
        rows,
      ),
    );
  },
};
