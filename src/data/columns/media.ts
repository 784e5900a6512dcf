/** Reads columns whose cells name files of the data folder as media, so that no name of a file is read as a text. */

import { dirname } from "node:path";
import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { extensionsOf } from "../kinds.js";
import type { Folder } from "../media.js";
import { modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../rows.js";
import { cellsOf, columnsOf, isRowField, placeOf, quoted, remove } from "./fields.js";
import { type FileIndex, filesNamed, indexFiles, type NamedFiles } from "./files.js";
import { noColumn } from "./roles.js";
import { type Likeness, namesOf, type Roles } from "./types.js";

/** From this share of cells that name files on, a column is one of files. */
const MOSTLY = 0.5;
/** Distinct cells of a column that are looked at before all are. */
const PROBED = 50;

interface Options {
  readonly roles: Roles;
  readonly card: DatasetCard;
  readonly like?: Likeness;
  /** The data folder; none of an in-memory data set. */
  readonly folder: Pick<Folder, "list"> | undefined;
  readonly notices: Notice[];
}

/** Turn columns of file names into media fields; the modality of each is returned by column. */
export function readMediaColumns(
  records: readonly RawRecord[],
  { roles, card, like, folder: files, notices }: Options,
): Record<string, string> {
  const stated = namesOf(roles.image);
  const columns = columnsOf(records);
  for (const name of stated) if (!columns.includes(name)) throw noColumn(name, "image", columns);
  if (files === undefined) return {};
  const declared = new Set(tableColumns(card));
  const texts = namesOf(roles.text);
  const isCandidate = (name: string) =>
    (!isRowField(name) || name === "id") &&
    mediaModality(name) === undefined &&
    !declared.has(name) &&
    !texts.includes(name) &&
    !(Object.hasOwn(card.modalities, name) && card.modalities[name].kind === "text");
  const taken = new Set(columns.flatMap((name) => mediaModality(name) || []));
  const hasBareField = columns.includes("file_name");
  let index: FileIndex | undefined;
  const found: { column: string; named: NamedFiles }[] = [];
  for (const column of columns.filter(isCandidate)) {
    const cells = cellsOf(records, column)?.map(({ cell, where }) => ({
      text: typeof cell === "string" || typeof cell === "number" ? String(cell) : "",
      from: dirname(where),
    }));
    if (!cells) continue;
    const hasFiles = hasBareField || taken.size > 0;
    const distinct = new Set(cells.map(({ text }) => text));
    // Few words, numbers that repeat, and words beside other names of files, are no names of files.
    const arePaths = [...distinct].some((text) => /[./\\]/.test(text));
    if (!stated.includes(column) && !arePaths && (hasFiles || distinct.size < cells.length / 2)) continue;
    index ??= indexFiles(files);
    const probe = filesNamed(cells.slice(0, PROBED), index);
    if (!probe.some(({ share }) => share >= MOSTLY)) {
      if (stated.includes(column)) throw noFiles(column, cells[0]?.text ?? "");
      continue;
    }
    const isId = column === "id" && (hasFiles || found.length > 0);
    if (isId) continue;
    for (const named of filesNamed(cells, index)) if (named.share >= MOSTLY) found.push({ column, named });
  }
  const media: Record<string, string> = {};
  const isTaken = (name: string) =>
    taken.has(name) || (hasBareField && found.some(({ named }) => named.kind === name));
  for (const { column, named } of found) {
    const { folder, kind, files } = named;
    const ofKind = found.filter((other) => other.named.kind === kind);
    const inModel = Object.keys(like?.modalities ?? {}).filter(
      (name) => like?.modalities[name].kind === kind,
    );
    const isSeveral = found.filter((other) => other.column === column).length > 1;
    const remembered = like?.data?.reading?.media ?? {};
    const at = folder || (files.find(Boolean) ?? "").split("/", 1)[0];
    const known = remembered[inFolder(column, at)] ?? (isSeveral ? undefined : remembered[column]);
    const byColumn = modalityNameOf(isSeveral && ofKind.length > 1 ? folder : column, kind);
    const modality =
      known ?? (inModel.length === 1 ? inModel[0] : ofKind.length === 1 && !isTaken(kind) ? kind : byColumn);
    media[isSeveral ? inFolder(column, folder) : column] = modality;
    for (const [i, record] of records.entries()) {
      const own = record.fields[column];
      const isPath = typeof own === "string" && own.trim() !== "" && !isSeveral;
      const file = files[i] ?? (isPath ? own.trim() : undefined);
      if (file !== undefined) record.fields = { ...record.fields, [`${modality}_file_name`]: file };
    }
    notices.push({
      code: "columns/media",
      where: placeOf(records),
      text: `read ${quoted(column)} as names of files, the modality ${quoted(modality)} (${kind})${folder ? ` in ${folder}/` : ""}`,
    });
  }
  remove(
    records,
    found.map(({ column }) => column).filter((name) => name !== "id"),
  );
  return media;
}

/** How a modality is remembered of a column that names files in several folders. */
const inFolder = (column: string, folder: string) => `${folder}/${column}`;

/** The columns that a card declares of its tables. */
export const tableColumns = ({ modalities }: DatasetCard): string[] =>
  Object.values(modalities).flatMap(({ kind, options: { columns } }) =>
    kind === "tabular" && Array.isArray(columns)
      ? columns.map((column) => (typeof column === "string" ? column : (column?.name as string)))
      : [],
  );

const noFiles = (column: string, example: string) =>
  new InputError({
    code: "data/no-media-column",
    where: `column ${JSON.stringify(column)}`,
    problem: `its cells name no media files of the data folder (${JSON.stringify(example)})`,
    expected: `names or paths of files (${extensionsOf()})`,
    remedy: "Copy the files into the data folder, or name another column.",
  });
