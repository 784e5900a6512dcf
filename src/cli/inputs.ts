/** What `predict` is given, as data sets: data folders, and loose files as examples. */

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import { kindOfPath } from "../data/kinds.js";
import { openMedia } from "../data/media.js";
import { buildDataset, mediaModality, type RawRecord } from "../data/rows.js";
import { openDataset } from "../index.js";
import { Media, type ModalityKind, type ModalitySpec } from "../modality/index.js";

type Specs = Readonly<Record<string, ModalitySpec>>;

/** Data sets of the inputs, in order; a file's examples say the file in errors and in their ids. */
export async function openInputs(
  paths: readonly string[],
  specs: Specs,
  options: { signal?: AbortSignal } = {},
): Promise<Dataset[]> {
  const inputs: Dataset[] = [];
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw bad(path, "there is no such file or folder", "Check the path.");
    inputs.push(stats.isDirectory() ? await openDataset(path, options) : await openFile(path, specs));
  }
  return inputs;
}

/** The examples of one file. Media that it names are looked for beside it. */
async function openFile(path: string, specs: Specs): Promise<Dataset> {
  const records = await recordsOf(path, specs);
  const modalities = Object.entries(specs).map(([name, { kind }]) => [name, { kind, options: {} }]);
  const references = records.flatMap(({ where, fields }) =>
    Object.entries(fields).flatMap(([field, value]) =>
      typeof value === "string" && mediaModality(field, value)
        ? [{ path: value, where: `${where}, field "${field}"` }]
        : [],
    ),
  );
  return buildDataset({
    name: path,
    card: { modalities: Object.fromEntries(modalities) },
    cardWhere: "the model",
    records,
    findMedia: await openMedia(dirname(resolve(path)), references),
  });
}

async function recordsOf(path: string, specs: Specs): Promise<RawRecord[]> {
  if (kindOfPath(path) === "image") {
    const media = new Media(path, () => readFile(path));
    return [{ where: path, id: path, fields: { [only("image", specs, path)]: media } }];
  }
  if (path.endsWith(".json")) {
    const value = json(await readFile(path, "utf8"), path);
    const fields = Array.isArray(value) ? { [only("strokes", specs, path)]: value } : value;
    return [{ where: path, id: path, fields: record(fields, path) }];
  }
  if (!path.endsWith(".jsonl"))
    throw bad(path, "the extension is not known", "Convert the file, or give a data folder.");
  const lines = (await readFile(path, "utf8")).split("\n");
  const records = lines.flatMap((line, i) => {
    const where = `${path}:${i + 1}`;
    return line.trim() === "" ? [] : [{ where, id: where, fields: record(json(line, where), where) }];
  });
  if (records.length === 0) throw bad(path, "the file has no examples", "Write one JSON object a line.");
  return records;
}

/** The one modality of a kind that a file without names can be. */
function only(kind: ModalityKind, specs: Specs, path: string): string {
  const names = Object.keys(specs).filter((name) => specs[name].kind === kind);
  if (names.length === 1) return names[0];
  const problem =
    names.length === 0 ? `takes no ${kind}` : `takes ${names.join(" and ")}, all of kind ${kind}`;
  const remedy =
    names.length === 0
      ? `Give ${Object.keys(specs).join(" or ")} instead.`
      : 'Say which in a .json file: { "<modality>_file_name": "…" }.';
  throw bad(path, `the model ${problem}`, remedy);
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(where, (error as Error).message, "Correct the JSON.");
  }
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw bad(where, "it is no JSON object", 'Write { "<modality>": value, … }.');
}

const bad = (where: string, problem: string, remedy: string) =>
  new InputError({
    code: "cli/bad-input",
    where,
    problem,
    expected:
      "a data folder, an image file, a .json file with strokes or an example, or a .jsonl of examples",
    remedy,
  });
