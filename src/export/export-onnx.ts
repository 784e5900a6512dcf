/** Exports a model or a task as ONNX files that other runtimes run without metamodal. */

import { encodeSafetensors } from "../base/safetensors.js";
import { encodeFiles } from "../engine/portable/index.js";
import { Model } from "../model/model.js";
import type { Task } from "../model/task.js";
import { capacityOf } from "./capacity.js";
import type { Exported } from "./exported.js";
import { writeExport } from "./folder.js";
import { STATIC_QUERIES } from "./graphs.js";
import { type Described, metadataOf, versionOf } from "./metadata.js";
import { type ExportParts, modelParts, taskParts } from "./model-export.js";
import { readmeOf } from "./readme.js";
import type { ExportedFile, ExportOptions, ExportSummary } from "./types.js";
import { differenceOf } from "./verify.js";

/**
 * Export a model or a task as a folder of ONNX files (opset 17) that run without metamodal. A model gives `encode.*.onnx`,
 * `adapt.onnx` (support in, task parameters out), `predict.onnx` (task parameters and queries in; probabilities, unknown flags
 * and fusion weights out) and `teach.onnx`, which does all in one call; a task gives `encode.*.onnx` and `predict.onnx`. Beside
 * them are golden inputs and outputs, the preprocessing of values, and a page with programs in Python, C# and JavaScript.
 *
 * @throws {InputError} `export/capacity`, `export/minibatches`, `learner/support-too-large` for a model that cannot be exported
 * so, `export/would-overwrite` if the folder holds anything else.
 * @example const { files } = await exportOnnx(model, { out: "flowers-onnx", way: 10, shot: 5 });
 * @example await exportOnnx(await loadTask("flowers.task"), { out: "task-onnx" });
 */
export async function exportOnnx(source: Model | Task, options: ExportOptions): Promise<ExportSummary> {
  const { out, onProgress = () => {} } = options;
  const queries = options.static ? (options.queries ?? STATIC_QUERIES) : undefined;
  const partsOptions = { queries, onGraph: (name: string) => onProgress(`${name}.onnx`) };
  const described = describedOf(source, options);
  const { definition, card, capacity } = described;
  const { inference, weights } = source instanceof Model ? source : source.model;
  const { certainty, targets } = card;
  const exported: Exported = { definition, weights, certainty, targets, capacity };
  const parts =
    source instanceof Model
      ? await modelParts(exported, inference.engine, partsOptions)
      : await taskParts(exported, source, inference.engine, partsOptions);
  const { files, summary } = await filesOf(described, parts, queries);
  await writeExport(out, files, summary);
  return summary;
}

function describedOf(source: Model | Task, options: ExportOptions): Described {
  if (source instanceof Model) {
    const { definition, card, hash } = source;
    return { definition, card, hash, capacity: capacityOf(definition, options) };
  }
  const { model, classes } = source;
  const way = Math.max(1, classes.length);
  const capacity = { way, shot: 0, support: 0 };
  return { definition: model.inference.definition, card: model.card, hash: model.hash, capacity, classes };
}

/** All files of an export, and its summary. */
async function filesOf(described: Described, { graphs, golden, notes }: ExportParts, queries?: number) {
  const files: Record<string, string | Uint8Array> = {};
  const figures: Record<string, Pick<ExportedFile, "nodes" | "difference">> = {};
  for (const [name, graph] of Object.entries(graphs)) {
    const file = `${name}.onnx`;
    const metadata = metadataOf(described, name);
    Object.assign(files, encodeFiles(graph, { name: file, version: versionOf(), metadata }));
    figures[file] = { nodes: graph.nodes.length, difference: await differenceOf(graph, golden) };
  }
  files["golden.safetensors"] = encodeSafetensors({ arrays: golden, metadata: {} });
  files["preprocessing.json"] =
    `${JSON.stringify(JSON.parse(metadataOf(described, "").preprocessing), null, 1)}\n`;
  files["README.md"] = readmeOf(described, graphs);
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
