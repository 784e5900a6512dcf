/** Reads the first sheet of an Excel workbook (`.xlsx`) as a table, by the optional package `read-excel-file`. */

import { InputError } from "../../base/errors.js";
import { importOptional } from "../../base/optional.js";
import { openZip } from "../files/zip.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../rows.js";
import type { DataFile } from "./types.js";

type Cell = string | number | boolean | Date | null;
interface Reader {
  default(input: Buffer): Promise<{ sheet: string; data: Cell[][] }[]>;
}

const mostBytes = 256 * 2 ** 20;

/** The records of a workbook's first sheet that has rows: cells are as a CSV has them, and empty ones are missing. */
export async function readXlsx({ path, where }: DataFile, note: Note): Promise<RawRecord[]> {
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
  const start = first.data.findIndex((row) => row.some((cell) => cell !== null));
  const header = first.data[start].map((cell) => textOf(cell).trim());
  const twice = header.find((name, i) => name !== "" && header.indexOf(name) < i);
  if (twice !== undefined) throw bad(`${where}:${start + 1}`, `two columns are named "${twice}"`);
  return first.data.flatMap((row, i) => {
    if (i <= start || row.every((cell) => cell === null)) return [];
    const fields = Object.fromEntries(
      header.flatMap((name, c) => (name === "" ? [] : [[name, textOf(row[c] ?? null)]])),
    );
    return [{ where: `${where}:${i + 1}`, id: `row-${i + 1}`, fields }];
  });
}

async function sheetsOf(reader: Reader, path: string, where: string) {
  // The members' sizes are checked by the zip reader, before the package unpacks them.
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
