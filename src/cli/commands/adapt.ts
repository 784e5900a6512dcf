/** `metamodal adapt`: teach a model a task from the labelled examples of a data folder. */

import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { required, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { placeFor } from "../place.js";
import { printNotices } from "../progress.js";
import { columns, compute, json, splitColumnOfModel } from "../shared-options.js";
import { counted, lines, quoted } from "../text.js";

const options = {
  support: required(text("DATA", "data folder with the labelled examples to learn from")),
  "label-shots": whole(
    0,
    "support examples per class that consist of the class name as text (default: as in training)",
  ),
  out: required(text("DIR", "task folder to write")),
  ...splitColumnOfModel,
  ...columns,
  ...compute,
  ...json,
};

export const adapt: CommandWith<typeof options> = {
  name: "adapt",
  args: ["MODEL"],
  summary:
    "Adapt a model to new classes, or to regression in a new group, from a few labelled examples; writes a task folder.",
  examples: [
    "metamodal adapt my.model --support my-examples --out my.task",
    "metamodal adapt my.model --support my-examples --out my.task --json",
    "metamodal adapt my.model --support my-examples --label-shots 1 --out my.task",
    "metamodal adapt base --support photos --out photos.task",
  ],
  options,

  async run({ args: [path], values, argv, signal }) {
    if (path === "base") {
      const { support, threads: _, device: __, runtime: ___, ...own } = values;
      const { teach } = await import("./teach.js");
      return teach.run({ args: [support], values: own, argv, signal });
    }
    const out = placeFor(values.out, "task");
    const { loadModel, openDataset } = await import("../../index.js");
    const { supportOf } = await import("../../episode/index.js");
    const { threads, device, runtime } = values;
    const model = await loadModel(path, { threads, device, runtime });
    const support = supportOf(
      await openDataset(values.support, { ...columnsOf(values, values.split), like: model.card, signal }),
    );
    printNotices(support.notices);
    const task = await model.adapt(support, { labelShots: values["label-shots"], signal });
    await task.save(out.path);
    const examples = support.rows.length;
    const { classes, labelShots } = task;
    if (values.json)
      return printJson({
        task: out.shown,
        model: path,
        classes,
        examples,
        labelShots,
        notices: support.notices,
      });
    const isRegression = model.card.recipe.task === "regression";
    const target = isRegression ? "regression" : counted(classes.length, "class", "classes");
    const names =
      labelShots > 0 ? ` and the name of each class as ${counted(labelShots, "shot")} of text` : "";
    print(
      lines([
        `task  ${out.shown}: ${target} from ${counted(examples, "example")}${names}`,
        `next  metamodal predict ${quoted(out.shown)} --input FILE…`,
      ]),
    );
  },
};
