/** Opens a data set folder (Hugging Face folder conventions), or makes a data set from examples in memory. */

import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import { cardFile, type DatasetCard, type ModalityDeclarations, parseCard, readCard } from "./card.js";
import { extensionsOf, kindOfPath } from "./kinds.js";
import { openMedia } from "./media.js";
import { metadataFiles, readRecords } from "./records.js";
import { buildDataset, mediaReferences, type RawRecord } from "./rows.js";
import type { Dataset, Example } from "./types.js";

/**
 * Read a data set folder: one of `metadata.jsonl`, `metadata.jsonl.gz` and `metadata.csv`, or, without any,
 * folders of images named by class; and the optional `dataset.json`. Media files are checked to exist but
 * decoded only when needed. Throws an `InputError` with file, line and field at the first bad row.
 *
 * @example const data = await openDataset("datasets/omniglot");
 */
export async function openDataset(path: string, options: { signal?: AbortSignal } = {}): Promise<Dataset> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw noFolder(path);
  const card = await readCard(path);
  const file = metadataFile(path);
  const records = file ? await readRecords(path, file, card) : classFolders(path);
  signal?.throwIfAborted();
  if (records.length === 0) throw noRows(file ? join(path, file) : path);
  const findMedia = await openMedia(path, mediaReferences(records), signal);
  const name = card.name ?? basename(resolve(path));
  return buildDataset({ name, path, card, cardWhere: cardFile, records, findMedia });
}

/** A data set from examples in memory, checked as files are; errors call the first one `example 1`. */
export function createDataset(options: {
  name: string;
  examples: readonly Example[];
  modalities?: ModalityDeclarations;
}): Dataset {
  const { name, examples, modalities } = options;
  const card: DatasetCard = parseCard({ name, modalities }, "createDataset");
  if (examples.length === 0) throw noExamples(name);
  const records = examples.map((fields, i) => ({
    where: `example ${i + 1}`,
    id: `example-${i + 1}`,
    fields,
  }));
  const findMedia = (file: string, where: string) => {
    throw new InputError({
      code: "data/file-in-memory",
      where,
      problem: `"${file}" is a file name`,
      expected: "values, since an in-memory data set has no folder",
      remedy: "Give the bytes, or use openDataset on a folder.",
    });
  };
  return buildDataset({ name, card, cardWhere: "modalities", records, findMedia });
}

function metadataFile(path: string): string | undefined {
  const found = readdirSync(path).filter((file) => file.startsWith("metadata."));
  const known = found.filter((file) => (metadataFiles as readonly string[]).includes(file));
  if (known.length === 1) return known[0];
  if (found.length === 0) return undefined;
  throw new InputError({
    code: "data/which-metadata",
    where: path,
    problem: `the metadata files are ${found.join(", ")}`,
    expected: `exactly one of ${metadataFiles.join(", ")}`,
    remedy: "Remove or convert the others.",
  });
}

/** Files that may lie beside class folders. */
const companions = /^(\.|dataset\.json$|readme|licen[cs]e)/i;

/** Rows of `class-name/file` folders, in name order. What is no image in a class folder is an error, not left out. */
function classFolders(path: string): RawRecord[] {
  const names = readdirSync(path).filter((name) => !companions.test(name));
  return names.sort().flatMap((label) => {
    const inside = statSync(join(path, label), { throwIfNoEntry: false });
    if (!inside?.isDirectory()) throw loose(label);
    const files = readdirSync(join(path, label)).filter((file) => !file.startsWith("."));
    if (files.length === 0) throw emptyClass(label);
    return files.sort().map((file) => {
      const where = `${label}/${file}`;
      if (kindOfPath(file) !== "image") throw notAnImage(where);
      return { where, id: where, fields: { label, image_file_name: where } };
    });
  });
}

const noFolder = (path: string) =>
  new InputError({
    code: "data/no-folder",
    where: path,
    problem: "there is no such folder",
    expected: "a data set folder",
    remedy: "Check the path.",
  });

const noRows = (where: string) =>
  new InputError({
    code: "data/no-rows",
    where,
    problem: "the data set has no rows",
    expected: `one of ${metadataFiles.join(", ")} with at least one row, or class-name/image folders`,
    remedy: "Add examples, or check the path.",
  });

const notAnImage = (where: string) =>
  new InputError({
    code: "data/not-an-image",
    where,
    problem: "the file is not an image by its extension",
    expected: `only images in class folders (${extensionsOf("image")})`,
    remedy: "Convert or move the file, or describe the data in metadata.jsonl.",
  });

const loose = (where: string) =>
  new InputError({
    code: "data/loose-file",
    where,
    problem: "it is neither a class folder nor a metadata file",
    expected: `class-name/image folders, or one of ${metadataFiles.join(", ")}`,
    remedy: "Move it into the folder of its class or away, or describe the data in metadata.jsonl.",
  });

const emptyClass = (where: string) =>
  new InputError({
    code: "data/empty-class",
    where,
    problem: "the class folder has no images",
    expected: "at least one image in every class folder",
    remedy: "Add images, or remove the folder.",
  });

const noExamples = (name: string) =>
  new InputError({
    code: "data/no-rows",
    where: name,
    problem: "there are no examples",
    expected: "at least one example",
    remedy: "Give examples.",
  });
