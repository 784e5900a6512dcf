/** `metamodal export`: a model or a task as files for other runtimes. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import type { ExportedFile, ExportSummary } from "../../index.js";
import type { CommandWith } from "../command.js";
import { choice, flag, required, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { Progress } from "../progress.js";
import { json } from "../shared-options.js";
import { grouped, lines, quoted, table } from "../text.js";

const options = {
  to: required(choice(["onnx"], "FORMAT", "format of the files: onnx (opset 17)")),
  out: required(text("DIR", "folder to write")),
  way: whole(2, "most classes of a support, for a model (default: as in training, at least 5)"),
  shot: whole(
    1,
    "most support examples per class on average, for a model (default: as in training, at least 5)",
  ),
  static: flag("fix the number of queries as well, for runtimes that need all sizes"),
  queries: whole(1, "number of queries of a run, with --static (default: 16)"),
  ...json,
};

export const exportCommand: CommandWith<typeof options> = {
  name: "export",
  args: ["MODEL|TASK"],
  summary:
    "Export a model or a task as ONNX files that run without metamodal: encoders, adapt, predict, teach.",
  examples: [
    "metamodal export my.model --to onnx --out my-onnx",
    "metamodal export my.model --to onnx --out my-onnx --way 20 --shot 10",
    "metamodal export my.model --to onnx --out my-onnx --static --queries 1",
    "metamodal export my.task --to onnx --out task-onnx",
    "metamodal export photos.task --to onnx --out photos-onnx --json",
  ],
  options,

  async run({ args: [path], values, signal }) {
    const { exportPlace } = await import("../../export/folder.js");
    const { out } = values;
    exportPlace(out, { code: "cli/bad-out", where: `--out ${out || '""'}`, remedy: "Choose another --out." });
    const { exportOnnx } = await import("../../index.js");
    const source = await sourceOf(path);
    const progress = new Progress();
    const { way, shot, static: isStatic, queries } = values;
    try {
      const summary = await exportOnnx(source, {
        ...{ out, way, shot, queries, static: isStatic, signal },
        onProgress: (file) => progress.update(() => `exporting  ${file}`),
      });
      progress.clear();
      if (values.json) return printJson({ out, ...summary });
      print(report(out, summary));
    } finally {
      progress.clear();
    }
  },
};

/** The model, the adapted task or the taught task at a path. */
async function sourceOf(path: string) {
  const { loadModel, loadTask, loadTaughtTask } = await import("../../index.js");
  const { isTaskFile } = await import("../../teach/disk.js");
  if (isTaskFile(path)) return loadTaughtTask(path);
  if (existsSync(join(path, "task.json"))) return loadTask(path);
  if (path === "base") throw baseHasNoFile();
  return loadModel(path);
}

const baseHasNoFile = () =>
  new InputError({
    code: "export/base",
    where: "base",
    problem: "the base model fits its head in float64, which ONNX graphs do not",
    expected: "a taught task, whose head is fitted",
    remedy: "Teach a task, and export its file: metamodal teach DATA --out my.task.",
  });

/** The files with their sizes, the capacity, and what could not be exported. */
function report(out: string, { files, capacity, notes }: ExportSummary): string {
  const { way, shot, support } = capacity;
  const row = ({ name, bytes, nodes, difference }: ExportedFile) => [
    name,
    grouped(bytes),
    nodes === undefined ? "" : grouped(nodes),
    difference === undefined ? "" : difference.toExponential(1),
  ];
  const columns = [
    { title: "file" },
    { title: "bytes", right: true },
    { title: "operators", right: true },
    { title: "difference", right: true },
  ];
  return lines([
    ...table(columns, files.map(row)).trimEnd().split("\n"),
    "",
    ...(support > 0 ? [`room   ${support} support examples: ${way} classes of ${shot}`] : []),
    ...notes.map((note) => `note   ${note}`),
    `next   ${quoted(join(out, "README.md"))}`,
  ]);
}
