/** Opens a data set folder (Hugging Face folder conventions) or an archive of one, or makes a data set from examples in memory. */

import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import { cardFile, type DatasetCard, type ModalityDeclarations, parseCard, readCard } from "./card.js";
import { enter } from "./enter.js";
import { archiveEnding } from "./files/archive.js";
import { readDrawings } from "./formats/index.js";
import { readLayout } from "./layout.js";
import { openFiles } from "./media.js";
import { metadataFiles } from "./records.js";
import { buildDataset, mediaReferences } from "./rows.js";
import type { Dataset, Example } from "./types.js";
import { unnamedFiles } from "./unnamed-files.js";
import { withVectorFiles } from "./vector-file.js";

/**
 * Read a data set folder, or a tar or zip archive of one: a metadata file, folders of media named by class, or WebDataset shards, whole or in
 * folders named by split; and the optional `dataset.json`. Media files are checked to exist but decoded only when
 * needed. Throws an `InputError` with file, line and field at the first bad row.
 *
 * @example const data = await openDataset("datasets/omniglot");
 */
export async function openDataset(path: string, options: { signal?: AbortSignal } = {}): Promise<Dataset> {
  const { signal } = options;
  signal?.throwIfAborted();
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() && !(stats?.isFile() && archiveEnding.test(path)))
    throw noFolder(path, stats?.isFile());
  const files = await openFiles(path);
  try {
    const { folder, card: outer, notices: entered } = await enter(path, files);
    const declared = outer ?? (await readCard(folder));
    const { records, source, notices: read } = await readLayout(path, folder, declared);
    signal?.throwIfAborted();
    if (records.length === 0) throw noRows(source);
    const drawings = await readDrawings(declared, records, folder);
    const card = await withVectorFiles(drawings.card, records, folder);
    const findMedia = await folder.finder(mediaReferences(records), signal);
    const name = card.name ?? basename(resolve(path)).replace(archiveEnding, "");
    const notices = [...entered, ...read, ...drawings.notices];
    const dataset = buildDataset({ name, path, card, cardWhere: cardFile, records, findMedia, notices });
    const found = [...folder.notices(), ...unnamedFiles(dataset, folder, card)];
    return { ...dataset, notices: [...dataset.notices, ...found] };
  } finally {
    files.close();
  }
}

/** A data set from examples in memory, checked as files are; errors call the first one `example 1`. */
export function createDataset(options: {
  name: string;
  examples: readonly Example[];
  modalities?: ModalityDeclarations;
  /** Make each group a task of its own. */
  groupAsTask?: boolean;
}): Dataset {
  const { name, examples, modalities, groupAsTask } = options;
  const card: DatasetCard = parseCard({ name, modalities, groupAsTask }, "createDataset");
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

const noFolder = (path: string, isFile = false) =>
  new InputError({
    code: "data/no-folder",
    where: path,
    problem: isFile ? "it is a file and no archive" : "there is no such folder",
    expected: "a data set folder, or a .tar, .tar.gz, .tgz or .zip archive of one",
    remedy: isFile ? "Give the folder that it lies in." : "Check the path.",
  });

const noRows = (where: string) =>
  new InputError({
    code: "data/no-rows",
    where,
    problem: "the data set has no rows",
    expected: `one of ${metadataFiles.join(", ")} with at least one row, .tar shards, or class-name/file folders`,
    remedy: "Add examples, or check the path.",
  });

const noExamples = (name: string) =>
  new InputError({
    code: "data/no-rows",
    where: name,
    problem: "there are no examples",
    expected: "at least one example",
    remedy: "Give examples.",
  });
