/** Makes a data set of what an input holds, its columns read as the flags state and as the model remembers them. */

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

/** What is read of one input. */
export interface Input {
  readonly name: string;
  readonly records: RawRecord[];
  /** Where the files lie that records name. */
  readonly folder: Pick<Folder, "finder" | "list">;
  /** Whether records have columns, which flags may name; a media file and a bare value have none. */
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
 * Whether a column may hold names of files: by a flag, by the model's training, or by how a cell ends. The folder around
 * an input is searched only then, since it may be any, such as one's home.
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

/** Throw for the records of which no column is kept; `written` has the columns that each had. */
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

/** Fields without label, split and group, which say nothing to a prediction and so may be of any form. */
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
