/** Makes a data set of an input's records; columns are read as flags state or as in the model's training. */

import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import {
  buildDataset,
  cardLike,
  type Dataset,
  type Folder,
  kindOfPath,
  type Likeness,
  mediaReferences,
  type Notice,
  type OpenOptions,
  type RawRecord,
  type Roles,
  readColumns,
  readDrawings,
  whereOf,
} from "../../data/index.js";

/** The records of one input. */
export interface Input {
  readonly name: string;
  readonly records: RawRecord[];
  /** The folder of files that records name. */
  readonly folder: Pick<Folder, "finder" | "list">;
  /** Whether records have columns that flags may name; a media file and a bare value have none. */
  readonly hasColumns?: boolean;
  readonly notices?: readonly Notice[];
}

/** The data set of an input. */
export async function datasetOf(
  { name, records, folder, hasColumns = false, notices = [] }: Input,
  like: Likeness,
  { like: _, task: __, signal, ...flags }: OpenOptions,
): Promise<Dataset> {
  const roles = hasColumns ? flags : {};
  const drawings = await readDrawings(cardLike(like), records, folder);
  const written = records.map(columnsOf);
  const files = mayNameFiles(records, roles, like) ? folder : undefined;
  const read = readColumns(records, { card: drawings.card, roles, like, folder: files });
  checkKept(records, written, like);
  const unlabelled = records.map((record) => ({ ...record, fields: withoutLabel(record.fields) }));
  const findMedia = await folder.finder(mediaReferences(unlabelled), signal);
  return buildDataset({
    ...{ name, card: read.card, cardWhere: "the model", records: unlabelled, findMedia },
    notices: [...notices, ...drawings.notices, ...read.notices],
  });
}

/**
 * Whether a column may hold file names: by a flag, by the model's training, or by the extension of a cell. Only then the
 * input's folder is searched, since it may be large, such as a home directory.
 */
function mayNameFiles(records: readonly RawRecord[], { image }: Roles, { data }: Likeness): boolean {
  const remembered = Object.keys(data?.reading?.media ?? {});
  return (
    image !== undefined ||
    records.some(
      ({ fields }) =>
        remembered.some((name) => Object.hasOwn(fields, name)) ||
        Object.values(fields).some((cell) => typeof cell === "string" && kindOfPath(cell) !== undefined),
    )
  );
}

/** The fields of a record that may be modalities or cells. */
const columnsOf = ({ fields }: RawRecord): string[] =>
  Object.keys(withoutLabel(fields)).filter((name) => name !== "id");

/** Throw for records without a column of the model; `written` lists the columns that each had. */
function checkKept(
  records: readonly RawRecord[],
  written: readonly (readonly string[])[],
  { modalities }: Likeness,
): void {
  const faults = new Faults();
  for (const [i, record] of records.entries())
    if (columnsOf(record).length === 0 && written[i].length > 0)
      faults.add(noKnownColumn(whereOf(record), written[i], Object.keys(modalities)));
  faults.throwAny();
}

/** Fields without label, split and group, which predictions do not use and which may have any form. */
function withoutLabel(fields: RawRecord["fields"]): RawRecord["fields"] {
  const { label: _, split: __, group: ___, ...others } = fields;
  return others;
}

const noKnownColumn = (where: string, columns: readonly string[], known: readonly string[]) =>
  new InputError({
    code: "cli/no-known-column",
    where,
    problem: `it has ${columns.join(", ")}`,
    expected: `at least one of ${known.join(", ")}, which the model was trained on`,
    remedy: "Add one of these, or use a model trained on what the example has.",
  });
