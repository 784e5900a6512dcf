/** Opens a data folder (Hugging Face folder conventions) or an archive of one, or creates a data set from examples in memory. */

import { basename, dirname, resolve } from "node:path";
import { copyOf } from "../base/copy.js";
import { InputError } from "../base/errors.js";
import { checkOptions, checkPath } from "../base/given.js";
import { cardFile, type DatasetCard, type ModalityDeclarations, parseCard, readCard } from "./card.js";
import { type Likeness, type Roles, readColumns, withStrokeFormats } from "./columns/index.js";
import { readDrawings } from "./drawings/index.js";
import { statsAt } from "./files/disk.js";
import { archiveEnding, endingsOf, isTable, metadataFiles } from "./files/endings.js";
import { openFiles, openFolder } from "./files/media.js";
import { withVectorFiles } from "./formats/vector-file.js";
import { checkExamples } from "./given.js";
import { nameClasses } from "./labels/class-label.js";
import { enter } from "./layouts/enter.js";
import { readLayout } from "./layouts/layout.js";
import { unnamedFiles } from "./layouts/unnamed-files.js";
import { mediaReferences, type RawRecord } from "./record.js";
import { buildDataset } from "./rows.js";
import type { TaskKind } from "./task.js";
import type { Dataset, Example } from "./types.js";

/** Options of {@link openDataset}. They take precedence over `dataset.json`. */
export interface OpenOptions extends Roles {
  /** Whether labels are classes or regression targets. */
  task?: TaskKind;
  /** The card of the model that the data are for, `model.card`: columns are read as in its training. */
  like?: Likeness;
  signal?: AbortSignal;
}

/**
 * Open a data folder, or a tar or zip archive of one: a metadata file, class folders of media, or WebDataset shards, as one
 * folder or one per split; and the optional `dataset.json`. The path of a table (`iris.csv`) opens its folder with this table.
 * Media files are checked to exist, and decoded on demand.
 *
 * @throws {InputError} `data/no-folder` and `data/no-rows`; `data/…` for files, fields and columns that cannot be read: one
 * error that lists all bad rows.
 * @example const data = await openDataset("flowers");
 * @example const data = await openDataset("iris.csv", { label: "species" });
 * @example const support = await openDataset("support", { like: model.card });
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  checkPath(path, "openDataset, path");
  checkOptions(options, "openDataset");
  const { signal, like, task, ...roles } = copyOf(options);
  signal?.throwIfAborted();
  const stats = statsAt(path);
  const table = stats?.isFile() && isTable(path) ? basename(path) : undefined;
  const isArchive = stats?.isFile() && archiveEnding.test(path);
  if (!stats?.isDirectory() && table === undefined && !isArchive) throw noFolder(path, stats?.isFile());
  const files = table === undefined ? await openFiles(path) : openFolder(dirname(path));
  try {
    const {
      folder,
      card: outer,
      notices: entered,
    } = table === undefined ? await enter(path, files) : { folder: files, card: undefined, notices: [] };
    const stated = outer ?? (await readCard(folder));
    const declared = withStrokeFormats(task ? { ...stated, task } : stated, like);
    const { records, source, notices: laidOut, leftOut } = await readLayout(path, folder, declared, table);
    signal?.throwIfAborted();
    if (records.length === 0) throw noRows(source);
    const drawings = await readDrawings(declared, records, folder);
    const withVectors = await withVectorFiles(drawings.card, records, folder);
    const read = readColumns(records, { card: withVectors, roles, like, folder });
    const named = await nameClasses([folder, files], records, read.card);
    const findMedia = await folder.finder(mediaReferences(records), signal);
    const base = basename(resolve(path));
    const name =
      stated.name ?? (table === undefined ? base.replace(archiveEnding, "") : base.replace(/\..*$/, ""));
    const dataset = buildDataset({
      ...{ name, path, card: named.card, cardWhere: like ? "the model" : cardFile, records, findMedia },
      ...{ reading: read.reading, unlabelled: read.unlabelled, inferred: read.inferred },
      notices: [...entered, ...laidOut, ...drawings.notices, ...read.notices, ...named.notices],
    });
    const found = [
      ...folder.notices(),
      ...(table === undefined ? unnamedFiles(dataset, folder, named.card, leftOut) : []),
    ];
    return { ...dataset, notices: [...dataset.notices, ...found] };
  } finally {
    files.close();
  }
}

/**
 * Create a data set from examples in memory. They are copied, and checked as files are; errors call the first one
 * `example 1`.
 *
 * @throws {InputError} `data/no-rows`, `data/file-in-memory` for the name of a file, and `data/…` for bad examples: one
 * error that lists them all.
 * @example
 * const data = createDataset({ name: "toy", examples: [{ label: "a", x: [0, 1] }, { label: "b", x: [1, 0] }] });
 */
export function createDataset(options: {
  name: string;
  examples: readonly Example[];
  modalities?: ModalityDeclarations;
  /** Whether each group is a task of its own. */
  groupAsTask?: boolean;
}): Dataset {
  checkOptions(options, "createDataset", "{ name, examples, … }");
  const { name, examples, modalities, groupAsTask } = options;
  const card: DatasetCard = parseCard({ name, modalities: copyOf(modalities), groupAsTask }, "createDataset");
  if (name === undefined) throw noName();
  checkExamples(examples);
  if (examples.length === 0) throw noExamples(name);
  const records: RawRecord[] = examples.map((fields, i) => ({
    source: { example: i + 1 },
    id: `example-${i + 1}`,
    fields: copyOf(fields),
  }));
  const { card: read, notices, inferred } = readColumns(records, { card });
  const findMedia = (file: string, where: string) => {
    throw new InputError({
      code: "data/file-in-memory",
      where,
      problem: `"${file}" is a file name`,
      expected: "values, since an in-memory data set has no folder",
      remedy: "Give the bytes, or use openDataset on a folder.",
    });
  };
  return buildDataset({ name, card: read, cardWhere: "modalities", records, findMedia, inferred, notices });
}

const noFolder = (path: string, isFile = false) =>
  new InputError({
    code: "data/no-folder",
    where: path,
    problem: isFile ? "it is neither a table nor an archive" : "there is no such folder",
    expected: `a data set folder, an archive of one (${endingsOf("archive").join(", ")}), or a table (${endingsOf("table").join(", ")})`,
    remedy: isFile ? "Give the folder that contains it." : "Check the path.",
  });

const noRows = (where: string) =>
  new InputError({
    code: "data/no-rows",
    where,
    problem: "the data set has no rows",
    expected: `one of ${metadataFiles.join(", ")} with at least one row, .tar shards, or class-name/file folders`,
    remedy: "Add examples, or check the path.",
  });

const noName = () =>
  new InputError({
    code: "data/bad-card",
    where: 'createDataset, field "name"',
    problem: "the data set has no name",
    expected: "text",
    remedy: 'Name it: createDataset({ name: "examples", examples }).',
  });

const noExamples = (name: string) =>
  new InputError({
    code: "data/no-rows",
    where: name,
    problem: "there are no examples",
    expected: "at least one example",
    remedy: "Give examples.",
  });
