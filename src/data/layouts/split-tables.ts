/** Reads tables named by split: `train.csv` and `test.csv`, as on Kaggle. */

import { isMetadata, isTable } from "../files/endings.js";
import { readRecords } from "../formats/records.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../record.js";
import { splitOfWord } from "../splits.js";
import { isCompanion, type LayoutFolder } from "./folder.js";

/** The tables of a folder that are named by split, if there are several; Kaggle's sample submission is ignored. */
export function splitTables({ folder }: LayoutFolder): string[] {
  const names = folder
    .list("")
    .flatMap(({ name, isFolder }) => (!isFolder && isTable(name) && !isCompanion(name) ? [name] : []));
  if (names.some(isMetadata)) return [];
  const named = names.filter((name) => splitOf(name) !== undefined);
  const others = names.filter((name) => !named.includes(name) && !/submission/i.test(name));
  return named.length > 1 && others.length === 0 ? named.sort() : [];
}

const splitOf = (name: string) => splitOfWord(name.split(".")[0]);

/** The records of tables named by split. A table that lacks a column of the train table has no labels and is left out. */
export async function readSplitTables(place: LayoutFolder, tables: readonly string[]): Promise<RawRecord[]> {
  const { folder, card, log } = place;
  const note = (notice: Notice) => log.note(notice);
  const read = await Promise.all(
    tables.map(async (file) => {
      const records = await readRecords(folder.resolve(file, file), card, file, note);
      return { file, split: splitOf(file), records };
    }),
  );
  const columnsIn = (records: readonly RawRecord[]) =>
    new Set(records.flatMap(({ fields }) => Object.keys(fields)));
  const inTrain = read.filter(({ split }) => split === "train").flatMap(({ records }) => records);
  const columns = columnsIn(inTrain);
  const used = read.filter(({ file, records }) => {
    const own = columnsIn(records);
    const lacking = [...columns].filter((column) => !own.has(column));
    if (lacking.length === 0) return true;
    note({
      code: "folder/unlabelled-table",
      where: file,
      text: `left out: it has no column ${lacking.map((name) => `\`${name}\``).join(", ")}; predict it with the option \`input: ${JSON.stringify(file)}\``,
    });
    return false;
  });
  const isSplit = used.length > 1;
  note({
    code: "folder/tables",
    where: used.map(({ file }) => file).join(", "),
    text: isSplit
      ? "read as the rows of the splits that they are named by"
      : "read as the table of this folder's rows",
  });
  return used.flatMap(({ file, split, records }) =>
    records.map(({ source, id, fields }) => ({
      source,
      id: isSplit ? `${file}/${id}` : id,
      fields: isSplit ? { split, ...fields } : fields,
    })),
  );
}
