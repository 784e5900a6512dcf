/** `metamodal train`: meta-train a recipe or a data folder; writes a model folder, and the run beside it. */

import { basename, join, resolve } from "node:path";
import { defaultLearners, limits, trainingDefaults } from "../../base/defaults.js";
import type { InputError } from "../../base/errors.js";
import type { RunFolder as Folder } from "../../runs/run-folder.js";
import { columnsOf } from "../columns.js";
import type { CommandWith, Invocation } from "../command.js";
import { Interrupted, isSystemError } from "../failure.js";
import { choice, flag, number, text, whole } from "../option.js";
import { printJson } from "../output.js";
import { placeFor } from "../place.js";
import { printNotices } from "../progress.js";
import { columns, compute, method, recipe as recipeOptions, splitColumn } from "../shared-options.js";
import { quoted } from "../text.js";

const { way, shot, query, minutes } = trainingDefaults;

const options = {
  closed: flag("supervised training: val and test hold other rows of the train classes"),
  from: text(
    "MODEL",
    "model to start encoders and fusion from; modalities it lacks are initialised; base for the built-in encoders (default: none)",
  ),
  ...recipeOptions,
  "with-unimodal": flag("also train a model on each modality alone, for comparison"),
  learner: text(
    "NAME",
    `how the model adapts to a task (default: ${defaultLearners.classification}; ${defaultLearners.regression} for regression)`,
  ),
  fusion: text(
    "NAME",
    "fusion of the modalities (default: product-of-experts; gated for regression, label shots, an alignment, or different modalities in support and query)",
  ),
  ...method,
  way: whole(
    2,
    `classes per episode (default: by modality, usually ${way}, or as many as have enough examples); not for regression`,
  ),
  shot: whole(1, `support examples per class, or per group for regression (default: ${shot})`),
  query: whole(1, `query examples per class (group), at most (default: ${query})`),
  steps: whole(0, "training steps, reproducible to the byte; 0 for the untrained model", limits.steps),
  minutes: number("N", `minutes to train, instead of a number of steps (default: ${minutes})`),
  "clip-norm": number(
    "N",
    "largest norm of the gradient of a step; a longer one is scaled to it (default: none)",
  ),
  "on-nan": choice(
    ["stop", "skip"],
    "ACTION",
    "what a step does whose loss or gradient is not finite: stop (default) ends training, skip leaves the step out",
  ),
  out: text(
    "DIR",
    "model folder to write (default: the data's name with .model); the run is written to DIR.run",
  ),
  resume: flag("continue the interrupted run in DIR.run"),
  ...splitColumn,
  ...columns,
  ...compute,
  json: flag("print one JSON object per line for every event"),
};

export const train: CommandWith<typeof options> = {
  name: "train",
  args: ["RECIPE|DATA"],
  summary: "Meta-train on a recipe's data or a data folder; writes a model folder.",
  examples: [
    "metamodal train my-data",
    "metamodal train my-data --modalities image,strokes --minutes 10 --out my.model",
    "metamodal train recipe.yaml --with-unimodal --steps 2000 --seed 1",
    "metamodal train my-data --learner maml --way 5 --set learner.innerSteps=3 --set train.learningRate=0.002",
    "metamodal train my-data --learner supervised --closed",
    "metamodal train my-data --learner baseline++ --from supervised.model",
    "metamodal train my-data --clip-norm 1 --on-nan skip",
    "metamodal train my-data --resume",
  ],
  options,

  async run({ args: [target], values, argv, signal }) {
    const { loadModel, metaTrain, openDataset } = await import("../../index.js");
    const { RunFolder } = await import("../../runs/run-folder.js");
    const { recipeOf } = await import("../recipe.js");
    const { printSummary, TrainReport } = await import("../train-report.js");
    const { data: path, from, ...recipe } = await recipeOf(target, values);
    const { threads, device, runtime } = values;
    const isBase = from === "base";
    const source =
      from === undefined || isBase ? undefined : await loadModel(from, { threads, device, runtime });
    const readAs = columnsOf(values, values.split);
    const data = await openDataset(path, { ...readAs, like: source?.card, signal });
    printNotices(data.notices);
    const out = placeFor(values.out ?? `${fileName(data.name)}.model`, "model");
    const report = new TrainReport();
    const folder = new RunFolder(`${out.path}.run`, `${out.shown}.run`);
    folder.open(values.resume === true);
    const dataEvent = {
      type: "data",
      path,
      folder: resolve(path),
      columns: readAs,
      ...(source && { from: resolve(from!) }),
      runtime,
    };
    let stoppedAt: string | undefined;
    const record = <Event extends { readonly type: string }>(event: Event) => {
      const stamped = folder.append(event);
      if (values.json) printJson(stamped);
    };
    try {
      const run = metaTrain({
        ...recipe,
        ...(isBase && { encoders: recipe.encoders ?? "default" }),
        data,
        from: source,
        withUnimodal: values["with-unimodal"],
        threads,
        device,
        runtime,
        runFolder: folder.path,
        resume: values.resume,
        signal,
        onLoad: (done, total) => report.loading(done, total),
      });
      let isFirst = true;
      for await (const event of run) {
        if (isFirst) record({ ...dataEvent, notices: data.notices });
        isFirst = false;
        record(event);
        if (event.type === "checkpoint") stoppedAt = `step ${event.step} of ${event.part}`;
        report.print(event);
      }
      const model = await run.model();
      await model.save(out.path);
      const last = { type: "model", path: out.shown };
      record(last);
      if (!values.json) printSummary(out.shown, model, report.parameters, path);
    } catch (error) {
      if ((error as Error).name === "AbortError") throw new Interrupted(stopped(stoppedAt, folder, argv));
      if (!isSystemError(error)) record(errorEvent(error as InputError));
      throw error;
    } finally {
      report.clear();
      const kept = folder.close();
      if (kept !== undefined) report.note(`the finished run stays, and the failed one is in ${kept}`);
    }
  },
};

/** The last event of a run that failed. */
const errorEvent = ({ code, message }: InputError) => ({ type: "error", code, message });

/** A data set's name as a file name in the current folder. */
const fileName = (name: string): string =>
  basename(join("/", name)).replaceAll(/[^\p{L}\p{N}._-]+/gu, "-") || "data";

function stopped(at: string | undefined, folder: Folder, argv: Invocation["argv"]): string {
  if (!folder.canResume) return "stopped before the first step; nothing was written";
  const again = argv.includes("--resume") ? argv : [...argv, "--resume"];
  const place = at ? `at ${at}` : "before the next step";
  return `stopped ${place}; continue with: metamodal ${again.map(quoted).join(" ")}`;
}
