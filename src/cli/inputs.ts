/** What `predict` is given, as data sets: data folders and archives, loose files and standard input as examples. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import {
  archiveEnding,
  buildDataset,
  type Dataset,
  type DatasetCard,
  decodeText,
  type Folder,
  isTable,
  joinByStem,
  kindOfBytes,
  kindOfPath,
  kindOfValue,
  type Likeness,
  looseExamples,
  mediaReferences,
  type Notice,
  type OpenOptions,
  openDataset,
  openFiles,
  openFolder,
  parseJson,
  parseJsonLines,
  type RawRecord,
  readText,
  SNIFFED_BYTES,
} from "../data/index.js";
import { declarationOf, Media, type ModalityKind, type ModalitySpec } from "../modality/index.js";
import { readStandardInput } from "./standard-input.js";

type Specs = Readonly<Record<string, ModalitySpec>>;

/** Data sets of the inputs, in order; a file's examples say the file in errors and in their ids. */
export async function openInputs(
  paths: readonly string[],
  card: Likeness,
  options: OpenOptions = {},
): Promise<Dataset[]> {
  const faults = new Faults();
  const inputs: Dataset[] = [];
  for (const group of groupsOf(paths, card.modalities))
    try {
      inputs.push(await openGroup(group, card, options));
    } catch (error) {
      faults.add(error);
    }
  faults.throwAny();
  return inputs;
}

/** Files that are one example, and other paths alone: of one name and folder, each of another kind the model takes. */
function groupsOf(paths: readonly string[], specs: Specs): (readonly string[])[] {
  const kinds = new Set(Object.values(specs).map(({ kind }) => kind));
  const isMedia = (path: string) => kinds.has(kindOfPath(path) as ModalityKind);
  const joined = joinByStem(paths.filter(isMedia)).filter(({ files }) => files.length > 1);
  const groupOf = new Map(joined.flatMap(({ files }) => files.map((file) => [file, files])));
  return [...new Set(paths.map((path) => groupOf.get(path) ?? [path]))];
}

async function openGroup(paths: readonly string[], card: Likeness, options: OpenOptions): Promise<Dataset> {
  const specs = card.modalities;
  const [path, ...others] = paths;
  if (path === "-" || path === "/dev/stdin") return standardInput(specs);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw bad(path, "there is no such file or folder", "Check the path.");
  if (others.length > 0) return openTogether(paths, specs);
  const isData =
    stats.isDirectory() || archiveEnding.test(path) || (isTable(path) && !/\.jsonl$/i.test(path));
  if (isData) return openInputFolder(path, card, options);
  return openFile(path, specs);
}

/** The examples of a folder or an archive: a data set's rows, or its media files. */
async function openInputFolder(path: string, card: Likeness, options: OpenOptions): Promise<Dataset> {
  const specs = card.modalities;
  const folder = isTable(path) ? undefined : await openFiles(path);
  const loose = folder && looseExamples(path, folder);
  if (!loose) {
    const dataset = await openDataset(path, { ...options, like: card });
    return { ...dataset, notices: [...dataset.notices, ...allSplits(dataset)] };
  }
  const left: string[] = [];
  const faults = new Faults();
  const records = loose.examples.flatMap(({ id, files }) => {
    const fields = files.flatMap(({ path: file, modality }) => {
      const kind = kindOfPath(file);
      const named = modality !== undefined && Object.hasOwn(specs, modality) ? modality : undefined;
      const takes = named !== undefined || Object.values(specs).some((spec) => spec.kind === kind);
      if (!takes || kind === undefined) {
        left.push(file);
        return [];
      }
      const name = named ?? faults.attempt(() => only(kind, specs, file));
      return name === undefined ? [] : [[`${name}_file_name`, file]];
    });
    return fields.length > 0 ? [{ where: id, id, fields: Object.fromEntries(fields) }] : [];
  });
  faults.throwAny();
  if (records.length === 0) only(kindOfPath(left[0]) ?? "image", specs, left[0]);
  const notice: Notice = {
    code: "input/other-kinds",
    where: path,
    text: `left out ${left.length} ${left.length === 1 ? "file" : "files"} of kinds that the model does not take: ${left[0]}${left.length > 1 ? ", …" : ""}`,
  };
  return datasetOf(path, records, folder, specs, [...loose.notices, ...(left.length > 0 ? [notice] : [])]);
}

/** That rows of every split are predicted, where rows have one. */
function allSplits({ name, rows }: Dataset): Notice[] {
  const counts = (["train", "val", "test", undefined] as const).flatMap((split) => {
    const count = rows.filter((row) => row.split === split).length;
    return count > 0 ? [`${count} ${split ? `of ${split}` : "without a split"}`] : [];
  });
  if (!rows.some(({ split }) => split)) return [];
  return [
    { code: "input/splits", where: name, text: `predicts all ${rows.length} rows: ${counts.join(", ")}` },
  ];
}

/** The examples of one file. Media that it names are looked for beside it. */
async function openFile(path: string, specs: Specs): Promise<Dataset> {
  const kind = kindOfPath(path);
  const sniffed = kind ?? (/\.[a-z]\w{0,8}$/i.test(basename(path)) ? undefined : kindOfBytes(headOf(path)));
  const notices: Notice[] =
    sniffed && !kind
      ? [{ code: "input/sniffed", where: path, text: `read as ${sniffed} by its first bytes` }]
      : [];
  const records = sniffed ? [mediaRecord(path, sniffed, specs)] : await recordsOf(path, specs);
  return datasetOf(path, records, openFolder(dirname(resolve(path))), specs, notices);
}

/** One example of several files. */
async function openTogether(paths: readonly string[], specs: Specs): Promise<Dataset> {
  const records = paths.map((path) => mediaRecord(path, kindOfPath(path) ?? "image", specs));
  const fields = Object.assign({}, ...records.map(({ fields }) => fields));
  const text = `read with ${paths.slice(1).join(", ")} as one example, since the names are the same up to the extension`;
  const notices = [{ code: "files/joined", where: paths[0], text }];
  return datasetOf(paths[0], [{ where: paths[0], id: paths[0], fields }], undefined, specs, notices);
}

const mediaRecord = (path: string, kind: ModalityKind, specs: Specs): RawRecord => ({
  where: path,
  id: path,
  fields: { [only(kind, specs, path)]: new Media(path, () => readFile(path)) },
});

/** What is piped in: a media file, JSON or one JSON object a line, or a text. */
async function standardInput(specs: Specs): Promise<Dataset> {
  const where = "standard input";
  const bytes = await readStandardInput();
  const build = (records: RawRecord[]) => datasetOf(where, records, openFolder("."), specs, []);
  if (bytes.length === 0) throw bad(where, "it is empty", "Pipe a file in, or give its path.");
  const kind = kindOfBytes(bytes);
  const one = (name: string, value: unknown) => build([{ where, id: "stdin", fields: { [name]: value } }]);
  if (kind) return one(only(kind, specs, where), new Media(where, async () => bytes));
  const written = decodeText(bytes, where);
  if (!/^\s*[[{]/.test(written)) return one(only("text", specs, where), written.trim());
  if (isJson(written)) return build([jsonRecord(written, where, "stdin", specs)]);
  return build(
    parseJsonLines(written, where).map(({ where: line, fields }) => ({
      where: line,
      id: line,
      fields: unlabelled(fields),
    })),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function datasetOf(
  name: string,
  records: RawRecord[],
  folder: Folder | undefined,
  specs: Specs,
  notices: readonly Notice[],
): Promise<Dataset> {
  const modalities = Object.entries(specs).map(([modality, spec]) => {
    const { kind, ...options } = declarationOf(spec);
    return [modality, { kind, options }];
  });
  const card: DatasetCard = { modalities: Object.fromEntries(modalities) };
  const findMedia = await (folder ?? openFolder(".")).finder(mediaReferences(records));
  return buildDataset({ name, card, cardWhere: "the model", records, findMedia, notices });
}

async function recordsOf(path: string, specs: Specs): Promise<RawRecord[]> {
  if (path.endsWith(".json")) return [jsonRecord(await readText(path), path, path, specs)];
  if (!path.endsWith(".jsonl"))
    throw bad(path, "the extension is not known", "Convert the file, write a .jsonl, or give a data folder.");
  const records = parseJsonLines(await readText(path), path);
  if (records.length === 0) throw bad(path, "the file has no examples", "Write one JSON object a line.");
  return records.map(({ where, fields }) => ({ where, id: where, fields: unlabelled(fields) }));
}

/** The example of a JSON text: its fields, or strokes or a vector alone. */
function jsonRecord(text: string, where: string, id: string, specs: Specs): RawRecord {
  const value = parseJson(text, where);
  if (typeof value !== "object" || value === null)
    throw bad(where, "it is no JSON object", 'Write { "<modality>": value, … }.');
  const kind = kindOfValue(value) === "vector" ? "vector" : "strokes";
  return {
    where,
    id,
    fields: Array.isArray(value) ? { [only(kind, specs, where)]: value } : unlabelled(value),
  };
}

/** Fields without label, split and group, which say nothing to a prediction and so may be of any form. */
function unlabelled(fields: object): Record<string, unknown> {
  const { label: _, split: __, group: ___, ...others } = fields as Record<string, unknown>;
  return others;
}

/** The first bytes of a file; none of what is no plain file. */
function headOf(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(SNIFFED_BYTES);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** The one modality of a kind that a file without names can be. */
function only(kind: ModalityKind, specs: Specs, path: string): string {
  const names = Object.keys(specs).filter((name) => specs[name].kind === kind);
  if (names.length === 1) return names[0];
  const problem =
    names.length === 0
      ? `it is ${kind}, and the model takes no ${kind}`
      : `the model takes ${names.join(" and ")}, all of kind ${kind}`;
  const remedy =
    names.length === 0
      ? `Give ${Object.keys(specs).join(" or ")} instead.`
      : 'Say which in a .json file: { "<modality>_file_name": "…" }.';
  throw bad(path, problem, remedy);
}

const bad = (where: string, problem: string, remedy: string) =>
  new InputError({
    code: "cli/bad-input",
    where,
    problem,
    expected:
      "a data folder or an archive of one, a folder of media files, a media file, a .json file with strokes, a vector or an example, a .jsonl of examples, or - for standard input",
    remedy,
  });
