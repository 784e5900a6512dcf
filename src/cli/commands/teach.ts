/** `metamodal teach`: a task from a handful of labelled examples, without training; or more examples for such a task. */

import { basename, resolve } from "node:path";
import { InputError } from "../../base/errors.js";
import type { Notice } from "../../index.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { encoderOption, encodersOf } from "../encoder-flags.js";
import { flag, list, repeatable, text, type ValuesOf, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { Progress, printNotices } from "../progress.js";
import { columns, json, splitColumn } from "../shared-options.js";
import { taskLines } from "../taught.js";
import { counted, quoted } from "../text.js";

const options = {
  add: repeatable(text("DATA", "labelled examples to add to the task")),
  remove: repeatable(text("ID", "example to remove from the task, by its id")),
  "remove-class": repeatable(text("NAME", "class to remove from the task")),
  modalities: list("NAME,…", "modalities to use (default: all of the data)"),
  ...encoderOption,
  "label-shots": whole(0, "support examples per class that consist of the class name as text (default: 0)"),
  "keep-examples": flag("store the examples themselves in the task, besides their vectors"),
  out: text("FILE", "task file to write (default: the data's name with .task, or the task itself)"),
  picture: text("FILE", "draw the report as a picture, .svg or .png"),
  ...splitColumn,
  ...columns,
  ...json,
};

export const teach: CommandWith<typeof options> = {
  name: "teach",
  args: ["DATA|TASK"],
  summary: "Teach a task from a handful of labelled examples, without training; writes a task file.",
  examples: [
    "metamodal teach photos",
    "metamodal teach photos --out flowers.task --picture report.svg",
    "metamodal teach photos --encoder image=Xenova/dinov2-small",
    "metamodal teach intents.csv --label intent --label-shots 1",
    "metamodal teach photos.task --add more",
    "metamodal teach photos.task --remove-class daisy --json",
  ],
  options,

  async run({ args: [path], values, signal }) {
    const { isTaskFile, taskPlace } = await import("../../teach/disk.js");
    const isTask = isTaskFile(path);
    checkUse(path, isTask, values);
    const shown = values.out ?? (isTask ? path : `${fileName(path)}.task`);
    const out = taskPlace(shown, {
      where: `--out ${shown}`,
      code: "cli/bad-out",
      remedy: "Choose another --out.",
    });
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture, path);
    if (values.picture !== undefined && resolve(values.picture) === resolve(shown)) throw samePath(shown);
    const progress = new Progress();
    const started = performance.now();
    const notices: Notice[] = [];
    const onProgress = (done: number, total: number) => progress.count("embedding", done, total, "values");
    try {
      const task = isTask
        ? await changed(path, values, { signal, onProgress, notices })
        : await taught(path, values, { signal, onProgress, notices });
      progress.clear();
      printNotices(notices, progress);
      await task.save(out);
      const seconds = (performance.now() - started) / 1000;
      if (picture) {
        const { reportPicture } = await import("../../teach/picture.js");
        await picture.write(reportPicture(task, basename(shown)));
      }
      if (values.json)
        return printJson({
          task: shown,
          classes: task.classes,
          examples: task.examples.length,
          modalities: task.modalities,
          pretrained: task.pretrained,
          experts: task.experts,
          report: task.report,
          seconds,
          notices,
        });
      print(`${taskLines(task, shown, seconds)}\nnext     metamodal predict ${quoted(shown)} --input FILE…`);
    } finally {
      progress.clear();
    }
  },
};

type Values = ValuesOf<typeof options>;

interface Context {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  readonly notices: Notice[];
}

async function taught(path: string, values: Values, context: Context) {
  const { openDataset } = await import("../../data/index.js");
  const { teach: teachTask } = await import("../../teach/teach.js");
  const { signal, notices } = context;
  const data = await openDataset(path, { ...columnsOf(values, values.split), signal });
  const { withModalities } = await import("../../teach/modalities.js");
  return teachTask(withModalities(data, values.modalities), {
    encoders: encodersOf(values.encoder),
    labelShots: values["label-shots"],
    keepExamples: values["keep-examples"],
    onNotice: (notice) => notices.push(notice),
    ...context,
  });
}

/** The task at `path` without what `--remove` names, and with what `--add` names. */
async function changed(path: string, values: Values, { signal, onProgress, notices }: Context) {
  const { openDataset } = await import("../../data/index.js");
  const { supportOf } = await import("../../episode/index.js");
  const { loadTaughtTask } = await import("../../teach/task.js");
  const task = await loadTaughtTask(path);
  for (const added of values.add ?? []) {
    const roles = columnsOf(values, values.split);
    const data = supportOf(await openDataset(added, { ...roles, like: task.likeness, signal }), {
      asGiven: true,
    });
    notices.push(...data.notices);
    const { repeated, notices: found } = await task.add(data, { signal, onProgress });
    notices.push(...found);
    if (repeated.length > 0)
      notices.push({
        code: "teach/repeated",
        where: added,
        text: `${counted(repeated.length, "example is", "examples are")} in the task already, and not added again`,
      });
  }
  const [ids, classes] = [values.remove ?? [], values["remove-class"] ?? []];
  if (ids.length + classes.length > 0) await task.remove({ ids, classes });
  return task;
}

/** Options that only a data folder takes, and those that only a task takes. */
const ofData = ["modalities", "encoder", "label-shots", "keep-examples"] as const;
const ofTask = ["add", "remove", "remove-class"] as const;

const samePath = (path: string) =>
  new InputError({
    code: "cli/bad-picture",
    where: `--picture ${path}`,
    problem: "it is the path of the task, too",
    expected: "two paths",
    remedy: "Choose another --picture.",
  });

function checkUse(path: string, isTask: boolean, values: Values): void {
  const wrong = (isTask ? ofData : ofTask).find((name) => values[name] !== undefined);
  const asks = isTask && ofTask.every((name) => values[name] === undefined);
  if (wrong === undefined && !asks) return;
  throw new InputError({
    code: "cli/teach-use",
    where: wrong === undefined ? path : `--${wrong}`,
    problem:
      wrong === undefined
        ? "it is a taught task, and nothing is to change"
        : `${path} is ${isTask ? "a taught task" : "no task file"}`,
    expected: isTask ? "--add DATA, --remove ID or --remove-class NAME" : "a data folder without it",
    remedy: isTask ? "Give one of them, or teach a data folder." : "Leave it out, or give a .task file.",
  });
}

/** A data folder's or file's name as a file name in the current folder. */
const fileName = (path: string): string =>
  basename(resolve(path))
    .replace(/\.(?:zip|tar|tar\.gz|tgz|csv|tsv|jsonl|json|parquet|xlsx)$/i, "")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-") || "data";
