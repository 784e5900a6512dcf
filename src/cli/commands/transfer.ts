/** `metamodal transfer`: learn a new task while retaining an old one, and report the performance on both, by λ. */

import { continualDefaults, limits } from "../../base/defaults.js";
import { InputError } from "../../base/errors.js";
import type { ForgettingCurve } from "../../index.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { list, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { Progress, printNotices } from "../progress.js";
import { columns, compute, json, recipe as recipeOptions, splitColumn } from "../shared-options.js";
import { figure, interval, lines, table } from "../text.js";

const options = {
  old: text("DATA", "data folder of the old classes, with --from (default: half of the train classes)"),
  from: text("MODEL", "model of the old classes to start from (default: one is trained)"),
  methods: list("NAME,…", "continual methods to run, of those that metamodal methods lists (default: all)"),
  lambda: list("N,…", `loss weights λ to try (default: ${continualDefaults.lambdas.join(",")})`),
  ...recipeOptions,
  steps: whole(
    0,
    `steps of each training, reproducible to the byte (default: ${continualDefaults.steps})`,
    limits.steps,
  ),
  picture: text("FILE", "also draw the accuracy of both tasks over λ: a .png or .svg file"),
  ...splitColumn,
  ...columns,
  ...compute,
  ...json,
};

export const transfer: CommandWith<typeof options> = {
  name: "transfer",
  args: ["RECIPE|DATA"],
  summary: "Learn new classes while retaining old ones, and report the performance on both, by λ.",
  examples: [
    "metamodal transfer my-data --steps 200 --picture curve.svg",
    "metamodal transfer new-data --old old-data --from old.model --methods ewc,replay --lambda 0,1,10 --json",
  ],
  options,

  async run({ args: [target], values, signal }) {
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture);
    const { curvePicture, forgettingCurve, loadModel, openDataset } = await import("../../index.js");
    const { recipeOf } = await import("../recipe.js");
    const { data: path, from, ...recipe } = await recipeOf(target, values);
    const { threads, device, runtime } = values;
    const progress = new Progress();
    const source = from === undefined ? undefined : await loadModel(from, { threads, device, runtime });
    const open = async (folder: string) => {
      const data = await openDataset(folder, {
        ...columnsOf(values, values.split),
        like: source?.card,
        signal,
      });
      printNotices(data.notices, progress);
      return data;
    };
    try {
      const curve = await forgettingCurve({
        ...recipe,
        data: await open(path),
        old: values.old === undefined ? undefined : await open(values.old),
        from: source,
        methods: values.methods,
        lambdas: values.lambda?.map(lambdaOf),
        threads,
        device,
        runtime,
        signal,
        onProgress: (done, total, what) => progress.count("learning", done, total, `steps  ${what}`),
      });
      progress.clear();
      if (picture) await picture.write(curvePicture(curve));
      if (values.json) printJson({ ...curve, ...(picture && { picture: values.picture }) });
      else print(describe(curve) + (picture ? `\npicture  ${values.picture}\n` : ""));
    } finally {
      progress.clear();
    }
  },
};

function lambdaOf(text: string): number {
  const lambda = Number(text);
  if (text.trim() !== "" && lambda >= 0 && Number.isFinite(lambda)) return lambda;
  throw new InputError({
    code: "cli/bad-lambda",
    where: "--lambda",
    problem: `"${text}" is none`,
    expected: "numbers of at least 0, with commas between them",
    remedy: "Write for example --lambda 0,1,10.",
  });
}

function describe({ data, old, split, seed, steps, classes, before, curves }: ForgettingCurve): string {
  const title = `${old} (${classes.old} classes, old), then ${data} (${classes.new} classes, new): ${steps} steps, split ${split}, seed ${seed}`;
  const known = interval(before.accuracy, before.halfWidth);
  const rows = curves.flatMap(({ method, points }) =>
    points.map(({ lambda, old: o, new: n }) => [
      method,
      figure(lambda),
      interval(o.accuracy, o.halfWidth),
      interval(n.accuracy, n.halfWidth),
    ]),
  );
  const number = (name: string) => ({ title: name, right: true });
  return `${lines([title, `old before  ${known}`])}\n\n${table([{ title: "method" }, number("λ"), number("old ± 95 %"), number("new ± 95 %")], rows)}`;
}
