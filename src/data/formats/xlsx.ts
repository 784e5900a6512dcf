/** Reads the first sheet of an Excel workbook (`.xlsx`) as a table, with the optional package `read-excel-file`. */

import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import { importOptional } from "../../base/optional.js";
import { openZip } from "../files/zip.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import { headed, type TableLine } from "./table-lines.js";

type Cell = string | number | boolean | Date | null;
interface Reader {
  default(input: Buffer): Promise<{ sheet: string; data: Cell[][] }[]>;
}

const mostBytes = 256 * 2 ** 20;

/** The records of the first sheet with rows. Cells are converted to text as in a CSV; empty cells are missing. */
export async function readXlsx(path: string, where: string, note: Note): Promise<RawRecord[]> {
  const reader = await importOptional<Reader>("read-excel-file/node", {
    where,
    reads: "Excel workbooks",
    otherwise: "export the sheet as metadata.csv (File, Save as, CSV UTF-8)",
  });
  const sheets = await sheetsOf(reader, path, where);
  const filled = sheets.filter(({ data }) => data.some((row) => row.some((cell) => cell !== null)));
  const [first] = filled;
  if (!first) throw bad(where, "no sheet has cells");
  if (filled.length > 1)
    note({
      code: "files/sheets",
      where,
      text: `read the sheet "${first.sheet}"; left out ${filled
        .slice(1)
        .map(({ sheet }) => `"${sheet}"`)
        .join(", ")}`,
    });
  const width = Math.max(...first.data.map((row) => row.length));
  const lines = first.data.map((row, i) => ({
    record: Array.from({ length: width }, (_, c) => textOf(row[c] ?? null)),
    lines: i + 1,
  }));
  const start = lines.findIndex(({ record }) => record.some((cell) => cell !== ""));
  const faults = new Faults();
  const { columns, rows } = headed(withoutEmptyEnds(lines.slice(start)), where, faults, note);
  faults.throwAny();
  return rows.map(({ record, lines: line }) => ({
    source: { file: where, line },
    id: `row-${line}`,
    fields: Object.fromEntries(columns.map((column, c) => [column, record[c]])),
  }));
}

/** Lines without trailing empty rows and columns, of which a sheet may have many. */
function withoutEmptyEnds(lines: readonly TableLine[]): TableLine[] {
  const last = lines.findLastIndex(({ record }) => record.some((cell) => cell !== ""));
  const width = Math.max(...lines.map(({ record }) => record.findLastIndex((cell) => cell !== "") + 1));
  return lines.slice(0, last + 1).map(({ record, lines }) => ({ record: record.slice(0, width), lines }));
}

async function sheetsOf(reader: Reader, path: string, where: string) {
  // The zip reader checks the sizes of members before the package unpacks them.
  const members = [...openZip(path, where)];
  const parts: Record<string, Uint8Array> = {};
  let total = 0;
  for (const [name, member] of members) {
    const bytes = await member.read();
    total += bytes.length;
    if (total > mostBytes) throw bad(where, "the workbook unpacks to too much");
    parts[name] = bytes;
  }
  const { zipSync } = await import("fflate");
  try {
    return await reader.default(Buffer.from(zipSync(parts, { level: 0 })));
  } catch (error) {
    throw bad(where, `the workbook cannot be read (${(error as Error).message.split("\n")[0]})`, error);
  }
}

function textOf(cell: Cell): string {
  if (cell === null) return "";
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, "");
  return String(cell);
}

const bad = (where: string, problem: string, cause?: unknown) =>
  new InputError(
    {
      code: "data/bad-xlsx",
      where,
      problem,
      expected: `an .xlsx workbook whose first sheet has a header line, at most ${mostBytes / 2 ** 20} MiB unpacked`,
      remedy: "Export the sheet as metadata.csv (File, Save as, CSV UTF-8).",
    },
    { cause },
  );
