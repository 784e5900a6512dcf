/** Reads columns of file names as media modalities. */

import { Faults } from "../../base/faults.js";
import { memberPattern } from "../files/endings.js";
import type { Folder } from "../files/media.js";
import { kindOfPath } from "../kinds.js";
import { quoted } from "../listed.js";
import { modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord, sourceOf } from "../record.js";
import { columnNames, columnNotice, removeFields } from "./cells.js";
import { checkColumns } from "./field-roles.js";
import { type FileIndex, isRespelt } from "./file-index.js";
import { findMediaColumns, type MediaColumn, type SearchOptions } from "./media-search.js";
import { unfoundCell } from "./missing.js";
import type { FileCell, NamedFiles } from "./named-files.js";
import { type Likeness, namesOf } from "./types.js";

interface Options extends Omit<SearchOptions, "folder"> {
  /** The data folder; absent for an in-memory data set. */
  readonly folder: Pick<Folder, "list"> | undefined;
  readonly notices: Notice[];
}

/** Replace columns of file names by media fields. Returns the modality of each column. */
export function readMediaColumns(
  records: readonly RawRecord[],
  { folder, notices, ...options }: Options,
): Record<string, string> {
  const names = columnNames(records);
  checkColumns(namesOf(options.roles.image), "image", names);
  if (folder === undefined) return {};
  const { found, missing, index } = findMediaColumns(records, { ...options, folder });
  // Beside other media, columns of missing files (such as the URL of each image) are left out.
  const isOnly = found.length === 0 && names.every((name) => mediaModality(name) === undefined);
  if (missing.length > 0 && isOnly) throw missing[0].error;
  const leftOut = missing.map(({ column }) => column);
  removeFields(records, leftOut);
  const where = sourceOf(records);
  const about = "left out, since their cells name files that are not in the data folder: ";
  notices.push(...columnNotice("columns/missing-files", where, about, leftOut.map(quoted), true));
  const modalityOf = modalityNames(found, names, options.like);
  const faults = new Faults();
  const media: Record<string, string> = {};
  for (const each of found) {
    const { folder, kind } = each.named;
    const modality = modalityOf(each);
    media[isOneOfSeveral(each, found) ? inFolder(each.column, folder) : each.column] = modality;
    writeMediaField(records, each, modality, isOneOfSeveral(each, found), index, faults);
    notices.push({
      code: "columns/media",
      where,
      text: `read ${quoted(each.column)} as names of files, the modality ${quoted(modality)} (${kind})${folder ? ` in ${folder}/` : ""}`,
    });
  }
  faults.throwAny();
  notices.push(...respeltFiles(found, where));
  removeFields(
    records,
    found.map(({ column }) => column).filter((name) => name !== "id"),
  );
  return media;
}

/** Whether the cells of a column name files in several folders. */
const isOneOfSeveral = ({ column }: MediaColumn, all: readonly MediaColumn[]): boolean =>
  all.filter((other) => other.column === column).length > 1;

/** The key by which a model remembers a column that names files in several folders. */
const inFolder = (column: string, folder: string) => `${folder}/${column}`;

/**
 * The modality of each column: as the model remembers it; the model's only modality of the kind; the kind, if the column is
 * the only one of it and the name is free; else named after the column or the folder.
 */
function modalityNames(
  found: readonly MediaColumn[],
  names: readonly string[],
  like: Likeness | undefined,
): (column: MediaColumn) => string {
  const remembered = like?.data?.reading?.media ?? {};
  const taken = new Set(names.flatMap((name) => mediaModality(name) || []));
  const hasBareField = names.includes("file_name");
  const isTaken = (name: string) =>
    taken.has(name) || (hasBareField && found.some(({ named }) => named.kind === name));
  return (each) => {
    const { column } = each;
    const { folder, kind, files } = each.named;
    const isSeveral = isOneOfSeveral(each, found);
    const ofKind = found.filter(({ named }) => named.kind === kind);
    const inModel = Object.entries(like?.modalities ?? {}).flatMap(([name, spec]) =>
      spec.kind === kind ? [name] : [],
    );
    const firstFolder = folder || (files.find(Boolean) ?? "").split("/", 1)[0];
    const known = remembered[inFolder(column, firstFolder)] ?? (isSeveral ? undefined : remembered[column]);
    if (known !== undefined) return known;
    if (inModel.length === 1) return inModel[0];
    if (ofKind.length === 1 && !isTaken(kind)) return kind;
    return modalityNameOf(isSeveral && ofKind.length > 1 ? folder : column, kind);
  };
}

/** Write the file that each cell names into the media field of `modality`; errors of other cells go to `faults`. */
function writeMediaField(
  records: readonly RawRecord[],
  { column, cells, named }: MediaColumn,
  modality: string,
  isSeveral: boolean,
  index: FileIndex,
  faults: Faults,
): void {
  for (const [i, record] of records.entries()) {
    const file =
      named.files[i] ??
      (isSeveral ? undefined : faults.attempt(() => otherFile(column, cells[i], named, index)));
    if (file !== undefined) record.fields = { ...record.fields, [`${modality}_file_name`]: file };
  }
}

/**
 * The file of a cell for which the column has none: a file of another kind, a member of an archive, or undefined if the cell
 * is empty or names files in other folders. @throws {InputError} data/missing-file, data/several-files
 */
function otherFile(
  column: string,
  cell: FileCell,
  { kind, folder }: NamedFiles,
  index: FileIndex,
): string | undefined {
  const text = cell.text.trim();
  if (text === "" || memberPattern.test(text)) return text || undefined;
  const paths = index.find(text, cell.from);
  if (folder !== "" && paths.length > 0 && !paths.some((path) => path.startsWith(`${folder}/`))) return;
  const others = paths.filter((path) => kindOfPath(path) !== kind);
  if (others.length === 1 && paths.length === 1) return others[0];
  throw unfoundCell(column, cell, paths.length > 1 ? paths : []);
}

/** A notice of files whose names the cells spell in another case. */
function respeltFiles(found: readonly MediaColumn[], where: string): Notice[] {
  const files = new Set(
    found.flatMap(({ cells, named }) =>
      named.files.filter((file, i) => file !== undefined && isRespelt(cells[i].text, file)),
    ),
  );
  if (files.size === 0) return [];
  const names = files.size === 1 ? "file whose name is" : "files whose names are";
  return [
    { code: "files/respelt", where, text: `found ${files.size} ${names} written in another case on disk` },
  ];
}
