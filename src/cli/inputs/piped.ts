/** Reads standard input: a media file, JSON, one JSON object per line, a text table, or a text. */

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

/** The examples of standard input. Paths of media in them are relative to the working folder. */
export async function openPiped(like: Likeness, options: OpenOptions): Promise<Dataset> {
  const bytes = await readStandardInput();
  if (bytes.length === 0) throw bad(where, "it is empty", "Pipe a file in, or give its path.");
  refusePacked(bytes);
  const examples = (await pipedTable(bytes, where, like, options)) ?? examplesOf(bytes, like.modalities);
  return datasetOf({ name: where, folder: openFolder("."), ...examples }, like, options);
}

/** Throw an `InputError` for formats that are only read from files. */
function refusePacked(bytes: Uint8Array): void {
  const startsWith = (text: string) =>
    Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
  const isParquet = startsWith("PAR1") && Buffer.from(bytes.subarray(-4)).toString("latin1") === "PAR1";
  const format = isParquet
    ? "a table in Parquet"
    : startsWith("PK\x03\x04")
      ? "a workbook (.xlsx) or another zip"
      : startsWith("\x1f\x8b")
        ? "packed by gzip"
        : undefined;
  if (format !== undefined) throw bad(where, `it is ${format}`, "Save it to a file, and give its path.");
}

function examplesOf(bytes: Uint8Array, specs: Specs): Pick<Input, "records" | "hasColumns" | "notices"> {
  const example = (name: string, value: unknown) => ({
    records: [{ source: { file: where }, id, fields: { [name]: value } }],
  });
  const kind = kindOfBytes(bytes);
  if (kind) return example(only(kind, specs, where), new Media(where, async () => bytes));
  const content = decodeText(bytes, where);
  const text = () => example(only("text", specs, where), content.trim());
  if (!/^\s*[[{]/.test(content)) return text();
  if (parsed(content) !== undefined) return jsonExamples(content, where, id, specs);
  if (hasOneText(specs) && !beginsWithObject(content)) return { ...text(), notices: [readAsText] };
  return jsonLineExamples(content, where);
}

const hasOneText = (specs: Specs): boolean =>
  Object.values(specs).filter(({ kind }) => kind === "text").length === 1;

/** Whether the first line is a JSON object, as in JSON Lines. */
function beginsWithObject(text: string): boolean {
  const [line] = text.trimStart().split("\n", 1);
  return line.startsWith("{") && parsed(line) !== undefined;
}

/** The parsed value of a JSON text; undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const readAsText = { code: "input/text", where, text: "read as a text, since it is not valid JSON" };
