/** Reads the columns of label, group and split: as stated, as a model remembers them, or spelt in another case. */

import { InputError } from "../../base/errors.js";
import { suggestion } from "../../base/nearest.js";
import { listed, quoted } from "../listed.js";
import type { Notice } from "../notice.js";
import { type RawRecord, sourceOf } from "../record.js";
import { columnNames, removeFields, renameFields } from "./cells.js";
import { markedColumn } from "./one-hot.js";
import { type FieldRole, fieldRoles } from "./roles.js";
import { type ColumnNames, namesOf, type Reading, type Roles } from "./types.js";

/** Name the columns of field roles as rows do. Returns the names that were read, for a model to remember. */
export function applyRoles(
  records: readonly RawRecord[],
  roles: Roles,
  remembered: Reading,
  notices: Notice[],
): Pick<Reading, FieldRole> {
  const found: Partial<Record<FieldRole, ColumnNames>> = {};
  for (const role of fieldRoles) {
    const names = columnNames(records);
    const stated = namesOf(roles[role]);
    checkColumns(stated, role, names);
    if (stated.length > 0) {
      takeColumns(records, role, stated, names, notices);
      if (!isItself(stated, role)) found[role] = stated.length === 1 ? stated[0] : stated;
      continue;
    }
    const known = namesOf(remembered[role]);
    if (known.length > 0 && known.every((name) => names.includes(name))) {
      takeColumns(records, role, known, names, notices);
      found[role] = remembered[role];
      notices.push(readAs(records, listed(known.map(quoted)), `${role}, as in training`, role));
      continue;
    }
    const name = respelt(role, names);
    if (name === undefined) continue;
    renameFields(records, new Map([[name, role]]));
    found[role] = name;
    notices.push(readAs(records, quoted(name), role, role));
  }
  // Only a label has several columns.
  return found as Pick<Reading, FieldRole>;
}

const isItself = (names: readonly string[], role: FieldRole) => names.length === 1 && names[0] === role;

/** The only column whose name is the role's except for case and outer spaces, if no column has the exact name. */
function respelt(role: FieldRole, names: readonly string[]): string | undefined {
  if (names.includes(role)) return undefined;
  const alike = names.filter((name) => name.trim().toLowerCase() === role);
  return alike.length === 1 ? alike[0] : undefined;
}

const readAs = (records: readonly RawRecord[], names: string, what: string, role: FieldRole): Notice => ({
  code: `columns/${role}`,
  where: sourceOf(records),
  text: `read ${names} as the ${what}`,
});

/** Make columns the field of a role. Another column with the name of the role is left out. */
function takeColumns(
  records: readonly RawRecord[],
  role: FieldRole,
  names: readonly string[],
  all: readonly string[],
  notices: Notice[],
): void {
  if (isItself(names, role)) return;
  if (all.includes(role) && !names.includes(role)) {
    removeFields(records, [role]);
    notices.push({
      code: "columns/left-out",
      where: sourceOf(records),
      text: `left out ${quoted(role)}, since ${listed(names.map(quoted))} is the ${role}`,
    });
  }
  if (names.length === 1) {
    renameFields(records, new Map([[names[0], role]]));
    return;
  }
  for (const record of records) record.fields = { ...record.fields, [role]: markedColumn(record, names) };
  removeFields(records, names);
}

/** Check that the stated columns of a role are among `names`. @throws {InputError} data/no-column */
export function checkColumns(stated: readonly string[], role: keyof Roles, names: readonly string[]): void {
  for (const name of stated) if (!names.includes(name)) throw noColumn(name, role, names);
}

/** The error of a stated column that is not in the table. */
export const noColumn = (name: string, field: string, names: readonly string[]) =>
  new InputError({
    code: "data/no-column",
    where: `option \`${field}\` or dataset.json, field "${field}"`,
    problem: `there is no column ${JSON.stringify(name)}`,
    expected: `one of ${listed(names.map(quoted))}`,
    remedy: `${suggestion(name, names)}Correct the name.`,
  });
