/** Exports a model or a task as ONNX files that other runtimes run without metamodal. */

import { InputError } from "../base/errors.js";
import { badArgument, checkOptions, checkPath } from "../base/given.js";
import { encodeSafetensors } from "../base/safetensors.js";
import { nextTurn } from "../base/turn.js";
import { encodeFiles } from "../engine/portable/index.js";
import { Model } from "../model/model.js";
import { Task } from "../model/task.js";
import { TaughtTask } from "../teach/task.js";
import { capacityOf, fixedQueries } from "./capacity.js";
import type { Exported } from "./exported.js";
import { writeExport } from "./folder.js";
import { type Described, describedModel, describedTaught, metadataOf, versionOf } from "./metadata.js";
import { type ExportParts, modelParts, type PartsOptions, taskParts } from "./model-export.js";
import { readmeOf } from "./readme.js";
import { taughtParts } from "./taught-export.js";
import type { ExportedFile, ExportOptions, ExportSummary } from "./types.js";
import { differenceOf } from "./verify.js";

/**
 * Export a model, a task or a taught task as a folder of ONNX files (opset 17) that run without metamodal. A model gives
 * `preprocess.*.onnx` (as far as ONNX has operators for it), `encode.*.onnx`, `adapt.onnx` (support in, task parameters out), `predict.onnx` (task parameters and queries in; probabilities, unknown flags
 * and fusion weights out) and `teach.onnx`, which does all in one call; a task gives `preprocess.*.onnx`, `encode.*.onnx` and `predict.onnx`; a taught
 * task gives `predict.onnx`, from vectors of the built-in encoders, and the encoders' files. Beside them are golden inputs and outputs, the preprocessing of values, and a page with programs in Python, C# and JavaScript.
 *
 * @throws {InputError} `export/capacity`, `export/queries`, `export/minibatches`, `learner/support-too-large`, `export/no-builtin`, `export/not-for-tasks` for what cannot be
 * exported so, `export/would-overwrite` if the folder holds anything else.
 * @example const { files } = await exportOnnx(model, { out: "flowers-onnx", way: 10, shot: 5 });
 * @example await exportOnnx(await loadTask("flowers.task"), { out: "task-onnx" });
 * @example await exportOnnx(await loadTaughtTask("photos.task"), { out: "photos-onnx" });
 */
export async function exportOnnx(
  source: Model | Task | TaughtTask,
  options: ExportOptions,
): Promise<ExportSummary> {
  if (!(source instanceof Model || source instanceof Task || source instanceof TaughtTask))
    throw badArgument("exportOnnx, source", source, "a model, a task or a taught task");
  checkOptions(options, "exportOnnx");
  checkPath(options.out, "exportOnnx, option out");
  const { out, way, shot, signal, onProgress = () => {} } = options;
  if (!(source instanceof Model) && (way !== undefined || shot !== undefined))
    throw classesAreFixed(way !== undefined ? "way" : "shot");
  const partsOptions = {
    queries: fixedQueries(options),
    onGraph: async (name: string) => {
      await nextTurn();
      signal?.throwIfAborted();
      onProgress(`${name}.onnx`);
    },
  };
  const { described, parts, more } =
    source instanceof TaughtTask
      ? await ofTaught(source, partsOptions)
      : await ofModel(source, options, partsOptions);
  const { files, summary } = await filesOf(described, parts, more);
  await nextTurn();
  signal?.throwIfAborted();
  await writeExport(out, files, summary);
  return summary;
}

/** The files of a task's export, by name. @throws {InputError} as {@link exportOnnx} does */
export async function exportedFiles(task: Task | TaughtTask): Promise<Files> {
  const options = { queries: undefined, onGraph: async () => {} };
  const { described, parts, more } =
    task instanceof TaughtTask ? await ofTaught(task, options) : await ofModel(task, {}, options);
  return (await filesOf(described, parts, more)).files;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Exporting {
  readonly described: Described;
  readonly parts: ExportParts;
  /** Files besides the graphs. */
  readonly more?: Files;
}

async function ofTaught(task: TaughtTask, options: PartsOptions): Promise<Exporting> {
  const { files: more, preprocessing, words, ...parts } = await taughtParts(task, options);
  return { described: describedTaught(task, { preprocessing, words }), parts, more };
}

async function ofModel(
  source: Model | Task,
  { way, shot }: Pick<ExportOptions, "way" | "shot">,
  options: PartsOptions,
): Promise<Exporting> {
  const model = source instanceof Model ? source : source.model;
  const { card, hash, weights, inference } = model;
  const { definition, engine } = inference;
  const capacity =
    source instanceof Model
      ? capacityOf(definition, { way, shot })
      : { way: Math.max(1, source.classes.length), shot: 0, support: 0 };
  const { certainty, targets } = card;
  const exported: Exported = { definition, weights, certainty, targets, capacity };
  if (source instanceof Model)
    return {
      described: describedModel({ definition, card, hash }, capacity),
      parts: await modelParts(exported, engine, options),
    };
  return {
    described: describedModel({ definition, card, hash }, capacity, source.classes),
    parts: await taskParts(exported, source, engine, options),
  };
}

/** All files of an export, and its summary. */
async function filesOf(
  described: Described,
  { graphs, golden, notes, queries }: ExportParts,
  more: Files = {},
) {
  const files: Record<string, string | Uint8Array> = {};
  const figures: Record<string, Pick<ExportedFile, "nodes" | "difference">> = {};
  for (const [name, graph] of Object.entries(graphs)) {
    const file = `${name}.onnx`;
    const metadata = metadataOf(described, name);
    Object.assign(files, encodeFiles(graph, { name: file, version: versionOf(), metadata }));
    figures[file] = { nodes: graph.nodes.length, difference: await differenceOf(graph, golden) };
  }
  files["golden.safetensors"] = encodeSafetensors({ arrays: golden, metadata: {} });
  files["preprocessing.json"] = `${JSON.stringify(described.preprocessing, null, 1)}\n`;
  files["README.md"] = readmeOf(described, graphs);
  Object.assign(files, more);
  const summary: ExportSummary = {
    files: Object.entries(files).map(([name, contents]) => ({
      name,
      bytes: Buffer.byteLength(contents),
      ...figures[name],
    })),
    capacity: { ...described.capacity, ...(queries !== undefined && { queries }) },
    notes,
  };
  return { files, summary };
}

const classesAreFixed = (option: string) =>
  new InputError({
    code: "export/not-for-tasks",
    where: `the option \`${option}\``,
    problem: "the classes of a task are its own",
    expected: "a model, whose graphs have room for several tasks",
    remedy: "Leave the option out, or export the model.",
  });
