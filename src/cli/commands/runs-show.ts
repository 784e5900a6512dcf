/** `metamodal runs show`: one training run, with its recipe. */

import type { CommandWith } from "../command.js";
import { text } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { lossText, oneRunAt, scoreText, secondsText, stepText, timeText, withIndex } from "../runs.js";
import { json } from "../shared-options.js";
import { lines, table } from "../text.js";

const options = {
  picture: text("FILE", "also draw the curves of loss and validation: a .png or .svg file"),
  ...json,
};

export const runsShow: CommandWith<typeof options> = {
  name: "runs show",
  args: ["RUN"],
  summary: "Show a training run: its recipe, how far it is, its scores and warnings.",
  examples: [
    "metamodal runs show flowers.model",
    "metamodal runs show flowers.model.run --picture curves.svg",
    "metamodal runs show flowers.model --json",
  ],
  options,

  async run({ args, values }) {
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture);
    const { runsPicture } = await import("../../runs/picture.js");
    const path = await oneRunAt(args[0]);
    const { record, curves } = await withIndex((index) => ({
      record: index.run(path),
      curves: index.curves(path),
    }));
    if (picture) await picture.write(runsPicture(curves.map((curve) => ({ ...curve, title: curve.part }))));
    if (values.json) return printJson({ ...record, curves, ...(picture && { picture: values.picture }) });
    const number = (title: string) => ({ title, right: true });
    const rows = record.parts.map((part) => [
      part.part,
      stepText(part),
      lossText(part),
      scoreText(part.best),
      part.best ? `${part.best.step}` : "",
      `${part.skipped}`,
      `${part.parameters}`,
      secondsText(part),
    ]);
    print(
      lines([
        `run      ${record.path}: ${record.state}`,
        ...(record.started
          ? [`started  ${timeText(record.started)}, last event ${timeText(record.changed)}`]
          : []),
        ...(record.error ? [`error    ${record.error}`] : []),
        ...(record.data ? [`data     ${record.data}`] : []),
        ...(record.recipe ? [`recipe   ${JSON.stringify(record.recipe)}`] : []),
        ...record.warnings.map((warning) => `warning  ${warning}`),
        ...(values.picture ? [`picture  ${values.picture}`] : []),
      ]),
    );
    const columns = [
      { title: "model" },
      number("step"),
      number("loss"),
      number("validation"),
      number("at step"),
    ];
    print(table([...columns, number("left out"), number("parameters"), number("time")], rows));
  },
};
