/** Reads folders, archives and tables: the rows of a data set, or loose media files, one example each. */

import { Faults } from "../../base/faults.js";
import {
  type Dataset,
  type Folder,
  isTable,
  type Likeness,
  looseExamples,
  type Notice,
  type OpenOptions,
  openDataset,
  openFiles,
} from "../../data/index.js";
import { datasetOf } from "./dataset.js";
import { kindFor, only, takes } from "./kinds.js";

/** The examples of a folder, archive or table. */
export async function openInputFolder(path: string, like: Likeness, options: OpenOptions): Promise<Dataset> {
  return (isTable(path) ? undefined : await openLoose(path, like, options)) ?? openRows(path, like, options);
}

/** The rows of a data set, of every split. */
async function openRows(path: string, like: Likeness, options: OpenOptions): Promise<Dataset> {
  const dataset = await openDataset(path, { ...options, like });
  return { ...dataset, notices: [...dataset.notices, ...allSplits(dataset)] };
}

/** The notice that rows of all splits are predicted, if rows have splits. */
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

/** The loose media files of a folder or an archive; undefined if it is a data set. */
async function openLoose(path: string, like: Likeness, options: OpenOptions): Promise<Dataset | undefined> {
  const folder = await openFiles(path);
  try {
    const loose = looseExamples(path, folder);
    return loose && (await looseDataset(path, loose, folder, like, options));
  } finally {
    folder.close();
  }
}

async function looseDataset(
  path: string,
  { examples, notices }: NonNullable<ReturnType<typeof looseExamples>>,
  folder: Folder,
  like: Likeness,
  options: OpenOptions,
): Promise<Dataset> {
  const specs = like.modalities;
  const omitted: string[] = [];
  const faults = new Faults();
  const records = examples.flatMap(({ id, files }) => {
    const fields = files.flatMap(({ path: file, modality }) => {
      const kind = kindFor(file, specs);
      const named = modality !== undefined && Object.hasOwn(specs, modality) ? modality : undefined;
      if (kind === undefined || (named === undefined && !takes(specs, kind))) {
        omitted.push(file);
        return [];
      }
      const name = named ?? faults.attempt(() => only(kind, specs, file));
      return name === undefined ? [] : [[`${name}_file_name`, file]];
    });
    return fields.length > 0 ? [{ source: { file: id }, id, fields: Object.fromEntries(fields) }] : [];
  });
  faults.throwAny();
  if (records.length === 0) only(kindFor(omitted[0], specs) ?? "image", specs, omitted[0]);
  const all = [...notices, ...(omitted.length > 0 ? [otherKinds(path, omitted)] : [])];
  return datasetOf({ name: path, records, folder, notices: all }, like, options);
}

const otherKinds = (where: string, [first, ...others]: readonly string[]): Notice => ({
  code: "input/other-kinds",
  where,
  text: `left out ${others.length + 1} ${others.length === 0 ? "file" : "files"} of kinds that the model does not take: ${first}${others.length > 0 ? ", …" : ""}`,
});
