/** Reads columns whose cells name files of the data folder as media, so that no name of a file is read as a text. */

import { dirname } from "node:path";
import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import type { DatasetCard } from "../card.js";
import { memberPattern } from "../file-types.js";
import type { Folder } from "../files/media.js";
import { extensionsOf, kindOfPath } from "../kinds.js";
import { modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../rows.js";
import { cellsOf, columnsOf, isRowField, listedNames, notice, placeOf, quoted, remove } from "./fields.js";
import { type FileIndex, filesNamed, indexFiles, isRespelt, type NamedFiles } from "./files.js";
import { areMediaPaths, type ColumnCell, MOSTLY, unfoundCell, unfoundColumn } from "./missing.js";
import { noColumn } from "./roles.js";
import { type Likeness, namesOf, type Roles } from "./types.js";

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
  const declared = new Set([...tableColumns(card), ...(card.columns ?? []).map(({ name }) => name)]);
  const remembered = like?.data?.reading ?? {};
  const texts = [...namesOf(roles.text), ...Object.keys(remembered.texts ?? {})];
  const isCandidate = (name: string) =>
    (!isRowField(name) || name === "id") &&
    mediaModality(name) === undefined &&
    !declared.has(name) &&
    !texts.includes(name) &&
    !(Object.hasOwn(card.modalities, name) && card.modalities[name].kind === "text");
  const taken = new Set(columns.flatMap((name) => mediaModality(name) || []));
  const hasBareField = columns.includes("file_name");
  let index: FileIndex | undefined;
  const found: FoundColumn[] = [];
  const unfound: { column: string; error: InputError }[] = [];
  const isOfTable = records.some(({ where }) => /:\d+$|, example \d+$/.test(where));
  const mayLack = (name: string) =>
    isOfTable &&
    !isRowField(name) &&
    (like === undefined || Object.keys(remembered.media ?? {}).some((media) => isOfColumn(media, name)));
  for (const column of columns.filter(isCandidate)) {
    const cells = mediaCells(records, column);
    if (!cells) continue;
    const hasFiles = hasBareField || taken.size > 0;
    const distinct = new Set(cells.map(({ text }) => text));
    // Few words, numbers that repeat, and words beside other names of files, are no names of files.
    const arePaths = [...distinct].some((text) => /[./\\]/.test(text));
    if (!stated.includes(column) && !arePaths && (hasFiles || distinct.size < cells.length / 2)) continue;
    index ??= indexFiles(files);
    const ofMedia = areMediaPaths(cells);
    const isLikely = ofMedia || filesNamed(cells.slice(0, PROBED), index).some(isMostly);
    const mostly = isLikely ? filesNamed(cells, index).filter(isMostly) : [];
    if (mostly.length === 0) {
      if (stated.includes(column)) throw noFiles(column, cells[0]?.text ?? "");
      const error = ofMedia && mayLack(column) && unfoundColumn(column, cells, index, like !== undefined);
      if (error) unfound.push({ column, error });
      continue;
    }
    const isId = column === "id" && (hasFiles || found.length > 0);
    if (isId) continue;
    found.push(...mostly.map((named) => ({ column, cells, named })));
  }
  // Beside other names of files, as where a picture came from, they are left out.
  const [first] = unfound;
  if (first && found.length === 0 && !hasBareField && taken.size === 0) throw first.error;
  const leftOut = unfound.map(({ column }) => column);
  remove(records, leftOut);
  notices.push(
    ...notice(
      "columns/missing-files",
      placeOf(records),
      "left out, since their cells name files that are not in the data folder: ",
      leftOut.map(quoted),
      true,
    ),
  );
  const faults = new Faults();
  const media: Record<string, string> = {};
  const isTaken = (name: string) =>
    taken.has(name) || (hasBareField && found.some(({ named }) => named.kind === name));
  for (const { column, cells, named } of found) {
    const { folder, kind, files } = named;
    const ofKind = found.filter((other) => other.named.kind === kind);
    const inModel = Object.keys(like?.modalities ?? {}).filter(
      (name) => like?.modalities[name].kind === kind,
    );
    const isSeveral = found.filter((other) => other.column === column).length > 1;
    const at = folder || (files.find(Boolean) ?? "").split("/", 1)[0];
    const known =
      remembered.media?.[inFolder(column, at)] ?? (isSeveral ? undefined : remembered.media?.[column]);
    const byColumn = modalityNameOf(isSeveral && ofKind.length > 1 ? folder : column, kind);
    const modality =
      known ?? (inModel.length === 1 ? inModel[0] : ofKind.length === 1 && !isTaken(kind) ? kind : byColumn);
    media[isSeveral ? inFolder(column, folder) : column] = modality;
    for (const [i, record] of records.entries()) {
      const file =
        files[i] ??
        (isSeveral ? undefined : faults.attempt(() => otherFile(column, cells[i], named, index!)));
      if (file !== undefined) record.fields = { ...record.fields, [`${modality}_file_name`]: file };
    }
    notices.push({
      code: "columns/media",
      where: placeOf(records),
      text: `read ${quoted(column)} as names of files, the modality ${quoted(modality)} (${kind})${folder ? ` in ${folder}/` : ""}`,
    });
  }
  faults.throwAny();
  notices.push(...respelt(records, found));
  remove(
    records,
    found.map(({ column }) => column).filter((name) => name !== "id"),
  );
  return media;
}

/** A column whose cells name files. */
interface FoundColumn {
  readonly column: string;
  readonly cells: readonly ColumnCell[];
  readonly named: NamedFiles;
}

const isMostly = ({ share }: NamedFiles): boolean => share >= MOSTLY;

/** The cells of a column as they may name files; undefined if a value is no cell. */
const mediaCells = (records: readonly RawRecord[], column: string): ColumnCell[] | undefined =>
  cellsOf(records, column)?.map(({ cell, where }) => ({
    text: typeof cell === "string" || typeof cell === "number" ? String(cell) : "",
    ...{ from: dirname(where), where },
  }));

/**
 * What a cell names in a column of files of which none is its own: a file of another kind, a member of an archive, or
 * nothing if it is empty or its files lie in other folders. Throws an `InputError` for any other cell.
 */
function otherFile(
  column: string,
  cell: ColumnCell,
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

/** A notice of the files whose names cells write in other capitals. */
function respelt(records: readonly RawRecord[], found: readonly FoundColumn[]): Notice[] {
  const files = new Set(
    found.flatMap(({ cells, named }) =>
      named.files.filter((file, i) => file !== undefined && isRespelt(cells[i].text, file)),
    ),
  );
  if (files.size === 0) return [];
  const names = files.size === 1 ? "file whose name is" : "files whose names are";
  const text = `found ${files.size} ${names} written in other capitals on disk`;
  return [{ code: "files/respelt", where: placeOf(records), text }];
}

/** Whether a model remembers `media` of the column, alone or in a folder. */
const isOfColumn = (media: string, column: string): boolean =>
  media === column || media.slice(media.indexOf("/") + 1) === column;

/** How a modality is remembered of a column that names files in several folders. */
const inFolder = (column: string, folder: string) => `${folder}/${column}`;

/** The columns that a card declares of its tables. */
export const tableColumns = ({ modalities }: DatasetCard): string[] =>
  Object.values(modalities).flatMap(({ kind, options }) => (kind === "tabular" ? listedNames(options) : []));

const noFiles = (column: string, example: string) =>
  new InputError({
    code: "data/no-media-column",
    where: `column ${JSON.stringify(column)}`,
    problem: `its cells name no media files of the data folder (${JSON.stringify(example)})`,
    expected: `names or paths of files (${extensionsOf()})`,
    remedy: "Copy the files into the data folder, or name another column.",
  });
