/** What `predict` is given, as data sets: data folders, and loose files as examples. */

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import {
  buildDataset,
  type Dataset,
  isTable,
  kindOfPath,
  kindOfValue,
  type Likeness,
  mediaReferences,
  type OpenOptions,
  openDataset,
  openFolder,
  parseJson,
  parseJsonLines,
  type RawRecord,
  readText,
} from "../data/index.js";
import { declarationOf, Media, type ModalityKind, type ModalitySpec } from "../modality/index.js";

type Specs = Readonly<Record<string, ModalitySpec>>;

/** Data sets of the inputs, in order; a file's examples say the file in errors and in their ids. */
export async function openInputs(
  paths: readonly string[],
  card: Likeness,
  options: OpenOptions = {},
): Promise<Dataset[]> {
  const inputs: Dataset[] = [];
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw bad(path, "there is no such file or folder", "Check the path.");
    const isData = stats.isDirectory() || (isTable(path) && !/\.jsonl$/i.test(path));
    inputs.push(
      isData ? await openDataset(path, { ...options, like: card }) : await openFile(path, card.modalities),
    );
  }
  return inputs;
}

/** The examples of one file. Media that it names are looked for beside it. */
async function openFile(path: string, specs: Specs): Promise<Dataset> {
  const records = await recordsOf(path, specs);
  const modalities = Object.entries(specs).map(([name, spec]) => {
    const { kind, ...options } = declarationOf(spec);
    return [name, { kind, options }];
  });
  return buildDataset({
    name: path,
    card: { modalities: Object.fromEntries(modalities) },
    cardWhere: "the model",
    records,
    findMedia: await openFolder(dirname(resolve(path))).finder(mediaReferences(records)),
  });
}

async function recordsOf(path: string, specs: Specs): Promise<RawRecord[]> {
  const mediaKind = kindOfPath(path);
  if (mediaKind) {
    const media = new Media(path, () => readFile(path));
    return [{ where: path, id: path, fields: { [only(mediaKind, specs, path)]: media } }];
  }
  if (path.endsWith(".json")) {
    const value = parseJson(await readText(path), path);
    if (typeof value !== "object" || value === null)
      throw bad(path, "it is no JSON object", 'Write { "<modality>": value, … }.');
    const kind = kindOfValue(value) === "vector" ? "vector" : "strokes";
    const fields = Array.isArray(value) ? { [only(kind, specs, path)]: value } : unlabelled(value);
    return [{ where: path, id: path, fields }];
  }
  if (!path.endsWith(".jsonl"))
    throw bad(path, "the extension is not known", "Convert the file, or give a data folder.");
  const records = parseJsonLines(await readText(path), path);
  if (records.length === 0) throw bad(path, "the file has no examples", "Write one JSON object a line.");
  return records.map(({ where, fields }) => ({ where, id: where, fields: unlabelled(fields) }));
}

/** Fields without the label, which says nothing to a prediction and so may be of any form. */
function unlabelled(fields: object): Record<string, unknown> {
  const { label: _, ...others } = fields as Record<string, unknown>;
  return others;
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

const bad = (where: string, problem: string, remedy: string) =>
  new InputError({
    code: "cli/bad-input",
    where,
    problem,
    expected:
      "a data folder, a media file, a .json file with strokes, a vector or an example, or a .jsonl of examples",
    remedy,
  });
