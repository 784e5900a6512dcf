/**
 * Reads precomputed vectors from a file beside the data:
 * `"modalities": { "clip": { "kind": "vector", "file": "clip.npy" } }`.
 *
 * The rows of an `.npy` array, or of a `.safetensors` array [rows, length], are those of the data set in order or, with `ids`
 * (a file with one id per line), those of the rows with these ids. A `.safetensors` file may also have one array [length] per
 * row, named by its id. A row without a vector, or with a vector of NaN only, lacks the modality.
 */

import { readFile } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { decodeSafetensors } from "../../base/safetensors.js";
import { cardFile, type DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { type RawRecord, whereOf } from "../record.js";
import { decodeNpy } from "./npy.js";
import { readText } from "./text.js";

const schema = z.object({
  file: z.string().regex(/\.(npy|safetensors)$/i),
  tensor: z.string().optional(),
  ids: z.string().optional(),
});
type Reference = z.infer<typeof schema>;

interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The vector and id files that a card names. */
export const vectorFilesOf = (card: DatasetCard): string[] =>
  Object.values(card.modalities).flatMap(({ options: { file, ids } }) =>
    [file, ids].filter((name) => typeof name === "string"),
  );

/** Add the vectors of the files that the card names to the records. Returns the card without these options. */
export async function withVectorFiles(
  card: DatasetCard,
  records: readonly RawRecord[],
  folder: Folder,
): Promise<DatasetCard> {
  const modalities: DatasetCard["modalities"] = {};
  for (const [name, { kind, options }] of Object.entries(card.modalities)) {
    const { file, tensor, ids, ...others } = options;
    if (kind !== "vector" || (file ?? tensor ?? ids) === undefined) {
      modalities[name] = { kind, options };
      continue;
    }
    const where = `${cardFile}, modalities.${name}`;
    const vectors = await vectorsOf(referenceOf(options, where), records, folder, where);
    for (const [i, record] of records.entries()) {
      const vector = vectors(i, idOf(record));
      if (!vector || vector.every(Number.isNaN)) continue;
      const given = record.fields[name];
      if (given !== undefined && given !== null && given !== "")
        throw twice(name, whereOf(record), `${file}`);
      record.fields[name] = vector;
    }
    modalities[name] = { kind, options: others };
  }
  return { ...card, modalities };
}

const idOf = ({ id, fields }: RawRecord): string => String(fields.id ?? id);

function referenceOf(options: Record<string, unknown>, where: string): Reference {
  const read = schema.safeParse(options);
  if (read.success) return read.data;
  const key = String(read.error.issues[0].path[0]);
  throw new InputError({
    code: "data/bad-vector-file",
    where: `${where}.${key}`,
    problem: `the value is ${JSON.stringify(options[key])}`,
    expected:
      { file: "the path of an .npy or a .safetensors file", tensor: "the name of an array" }[key] ??
      "the path of a text file",
    remedy: "Correct the option.",
  });
}

type Vectors = (row: number, id: string) => Float32Array | undefined;

async function vectorsOf(
  { file, tensor, ids }: Reference,
  records: readonly RawRecord[],
  folder: Folder,
  where: string,
): Promise<Vectors> {
  const bytes = await readFile(folder.resolve(file, `${where}.file`));
  const bad = (problem: string, expected: string, remedy: string) =>
    new InputError({ code: "data/vector-file", where: file, problem, expected, remedy });
  let matrix: Matrix;
  if (/\.npy$/i.test(file)) matrix = decodeNpy(bytes, file);
  else {
    const { arrays } = decodeSafetensors(bytes, file);
    const all = Object.entries(arrays);
    const isById = tensor === undefined && all.every(([, { shape }]) => shape.length === 1);
    if (isById) return (_, id) => (Object.hasOwn(arrays, id) ? (arrays[id].data as Float32Array) : undefined);
    const names = all.map(([name]) => name).join(", ");
    const chosen = tensor ?? (all.length === 1 ? all[0][0] : undefined);
    if (chosen === undefined || !Object.hasOwn(arrays, chosen))
      throw bad(
        chosen === undefined ? `its arrays are ${names}` : `it has no array "${chosen}"`,
        "one array [rows, length], or vectors by id",
        `Name the array as "tensor" in ${where}: one of ${names}.`,
      );
    matrix = arrays[chosen] as Matrix;
  }
  const [rows, length] = matrix.shape;
  if (matrix.shape.length !== 2 || length === 0 || !(matrix.data instanceof Float32Array))
    throw bad(
      `the array is of shape [${matrix.shape}]`,
      "numbers of shape [rows, length]",
      "Write one vector per row.",
    );
  const row = (i: number) => matrix.data.subarray(i * length, (i + 1) * length);
  if (ids === undefined) {
    if (rows !== records.length)
      throw bad(
        `it has ${rows} vectors, and the data set ${records.length} rows`,
        "one vector per row, in order",
        `Write a row of NaN for a missing vector, or name a file of ids as "ids" in ${where}.`,
      );
    return row;
  }
  const names = (await readText(folder.resolve(ids, `${where}.ids`), ids)).trimEnd().split(/\r?\n/);
  const index = new Map(names.map((id, i) => [id, i]));
  const problem =
    names.length !== rows
      ? `it has ${rows} vectors, and ${ids} has ${names.length} ids`
      : index.size < rows
        ? `an id is twice in ${ids}: "${names.find((id, i) => index.get(id) !== i)}"`
        : !records.some((record) => index.has(idOf(record))) && `no row has an id of ${ids}`;
  if (problem) throw bad(problem, "a line with the row's id for each vector", `Correct ${ids}.`);
  return (_, id) => (index.has(id) ? row(index.get(id)!) : undefined);
}

const twice = (modality: string, where: string, file: string) =>
  new InputError({
    code: "data/modality-twice",
    where: `${where}, field "${modality}"`,
    problem: `the modality "${modality}" is given here and in ${file}`,
    expected: "one value per modality",
    remedy: `Leave the field out, or write a row of NaN in ${file}.`,
  });
