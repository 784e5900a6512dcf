/** Reads what is piped in: a media file, JSON, one JSON object a line, a table of text, or a text. */

import {
  type Dataset,
  decodeText,
  kindOfBytes,
  type Likeness,
  type OpenOptions,
  openFolder,
} from "../../data/index.js";
import { Media } from "../../modality/index.js";
import { readStandardInput } from "../standard-input.js";
import { datasetOf, type Input } from "./dataset.js";
import { jsonExamples, jsonLineExamples } from "./json.js";
import { bad, only, type Specs } from "./kinds.js";
import { pipedTable } from "./piped-table.js";

const where = "standard input";
const id = "stdin";

/** The examples of standard input. Media that they name are looked for in the working folder. */
export async function openPiped(like: Likeness, options: OpenOptions): Promise<Dataset> {
  const bytes = await readStandardInput();
  if (bytes.length === 0) throw bad(where, "it is empty", "Pipe a file in, or give its path.");
  refusePacked(bytes);
  const examples = (await pipedTable(bytes, where, like, options)) ?? examplesOf(bytes, like.modalities);
  return datasetOf({ name: where, folder: openFolder("."), ...examples }, like, options);
}

/** Throw for the bytes of a file that is read by its name. */
function refusePacked(bytes: Uint8Array): void {
  const begins = (text: string) => Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
  const isParquet = begins("PAR1") && Buffer.from(bytes.subarray(-4)).toString("latin1") === "PAR1";
  const what = isParquet
    ? "a table in Parquet"
    : begins("PK\x03\x04")
      ? "a workbook (.xlsx) or another zip"
      : begins("\x1f\x8b")
        ? "packed by gzip"
        : undefined;
  if (what !== undefined) throw bad(where, `it is ${what}`, "Save it to a file, and give the path of that.");
}

function examplesOf(bytes: Uint8Array, specs: Specs): Pick<Input, "records" | "hasColumns" | "notices"> {
  const one = (name: string, value: unknown) => ({
    records: [{ source: { file: where }, id, fields: { [name]: value } }],
  });
  const kind = kindOfBytes(bytes);
  if (kind) return one(only(kind, specs, where), new Media(where, async () => bytes));
  const written = decodeText(bytes, where);
  const text = () => one(only("text", specs, where), written.trim());
  if (!/^\s*[[{]/.test(written)) return text();
  if (parsed(written) !== undefined) return jsonExamples(written, where, id, specs);
  if (hasOneText(specs) && !beginsWithObject(written)) return { ...text(), notices: [readAsText] };
  return jsonLineExamples(written, where);
}

const hasOneText = (specs: Specs): boolean =>
  Object.values(specs).filter(({ kind }) => kind === "text").length === 1;

/** Whether the first line is a JSON object, as in a file with one a line. */
function beginsWithObject(text: string): boolean {
  const [line] = text.trimStart().split("\n", 1);
  return line.startsWith("{") && parsed(line) !== undefined;
}

/** The value of JSON; undefined for another text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const readAsText = { code: "input/text", where, text: "read as a text, since it is no valid JSON" };
