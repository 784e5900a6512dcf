/** Finds the columns of label, group and split: as stated, as a model remembers them, or written with other capitals. */

import { InputError } from "../../base/errors.js";
import { suggestion } from "../../base/nearest.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../rows.js";
import { columnsOf, fieldValue, listed, placeOf, quoted, remove, rename } from "./fields.js";
import { type Names, namesOf, type Reading, type Roles } from "./types.js";

const named = ["label", "group", "split"] as const;
type Role = (typeof named)[number];

/** Name the columns of roles as rows have them; what was read is returned, to be remembered. */
export function applyRoles(
  records: readonly RawRecord[],
  roles: Roles,
  remembered: Reading,
  notices: Notice[],
): Pick<Reading, Role> {
  const found: Partial<Record<Role, Names>> = {};
  for (const role of named) {
    const columns = columnsOf(records);
    const stated = namesOf(roles[role]);
    for (const name of stated) if (!columns.includes(name)) throw noColumn(name, role, columns);
    if (stated.length > 0) {
      take(records, role, stated, columns, notices);
      if (!isSame(stated, role)) found[role] = stated.length === 1 ? stated[0] : stated;
      continue;
    }
    const known = namesOf(remembered[role]);
    if (known.length > 0 && known.every((name) => columns.includes(name))) {
      take(records, role, known, columns, notices);
      found[role] = remembered[role];
      notices.push({
        code: `columns/${role}`,
        where: placeOf(records),
        text: `read ${listed(known.map(quoted))} as the ${role}, as in training`,
      });
      continue;
    }
    if (columns.includes(role)) continue;
    const alike = columns.filter((name) => name.trim().toLowerCase() === role);
    if (alike.length !== 1) continue;
    rename(records, new Map([[alike[0], role]]));
    found[role] = alike[0];
    notices.push({
      code: `columns/${role}`,
      where: placeOf(records),
      text: `read ${quoted(alike[0])} as the ${role}`,
    });
  }
  return found as Pick<Reading, Role>;
}

const isSame = (names: readonly string[], role: Role) => names.length === 1 && names[0] === role;

/** Make columns the role's field. A field of that name that is another column is left out. */
function take(
  records: readonly RawRecord[],
  role: Role,
  names: readonly string[],
  columns: readonly string[],
  notices: Notice[],
): void {
  if (isSame(names, role)) return;
  if (columns.includes(role) && !names.includes(role)) {
    remove(records, [role]);
    notices.push({
      code: "columns/left-out",
      where: placeOf(records),
      text: `left out ${quoted(role)}, since ${listed(names.map(quoted))} is the ${role}`,
    });
  }
  if (names.length === 1) {
    rename(records, new Map([[names[0], role]]));
    return;
  }
  for (const record of records) {
    const ones = names.filter((name) => isOne(fieldValue(record, name), name, record));
    if (ones.length > 1) throw severalOnes(record, ones);
    record.fields = { ...record.fields, [role]: ones[0] ?? null };
  }
  remove(records, names);
}

/** How tables write a mark and its absence, beside 1 and 0; an empty cell is none. */
const MARKS: ReadonlySet<string> = new Set(["true", "t", "yes", "y", "x", "✓"]);
const BLANKS: ReadonlySet<string> = new Set(["false", "f", "no", "n", ""]);

/** Whether a cell marks its column as the label. Throws an `InputError` for a cell that is neither a mark nor none. */
function isOne(value: unknown, column: string, { where }: RawRecord): boolean {
  const cell = String(value ?? "")
    .trim()
    .toLowerCase();
  const isMark = MARKS.has(cell) || (cell !== "" && Number(cell) === 1);
  if (isMark || BLANKS.has(cell) || Number(cell) === 0) return isMark;
  throw new InputError({
    code: "data/no-mark",
    where: `${where}, column ${JSON.stringify(column)}`,
    problem: `${JSON.stringify(value)} is neither 1 nor 0`,
    expected: "1 or 0, true or false, yes or no, x or nothing, in the columns of the label",
    remedy: "Correct the cell, or name one column that holds the label.",
  });
}

const severalOnes = ({ where }: RawRecord, ones: readonly string[]) =>
  new InputError({
    code: "data/several-labels",
    where,
    problem: `${listed(ones.map(quoted))} are all 1`,
    expected: "a 1 in one of the label's columns at most, since a row has one class",
    remedy: "Keep one of them, or remove the row.",
  });

/** The error of a column that is stated and not there. */
export const noColumn = (name: string, role: string, columns: readonly string[]) =>
  new InputError({
    code: "data/no-column",
    where: `--${role} or dataset.json, field "${role}"`,
    problem: `there is no column ${JSON.stringify(name)}`,
    expected: `one of ${listed(columns.map(quoted))}`,
    remedy: `${suggestion(name, columns)}Correct the name.`,
  });
