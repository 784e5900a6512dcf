/** Reads what is piped in: a media file, JSON, one JSON object a line, or a text. */

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

const where = "standard input";
const id = "stdin";

/** The examples of standard input. Media that they name are looked for in the working folder. */
export async function openPiped(like: Likeness, options: OpenOptions): Promise<Dataset> {
  const bytes = await readStandardInput();
  if (bytes.length === 0) throw bad(where, "it is empty", "Pipe a file in, or give its path.");
  const examples = examplesOf(bytes, like.modalities);
  return datasetOf({ name: where, folder: openFolder("."), ...examples }, like, options);
}

function examplesOf(bytes: Uint8Array, specs: Specs): Pick<Input, "records" | "hasColumns"> {
  const one = (name: string, value: unknown) => ({ records: [{ where, id, fields: { [name]: value } }] });
  const kind = kindOfBytes(bytes);
  if (kind) return one(only(kind, specs, where), new Media(where, async () => bytes));
  const written = decodeText(bytes, where);
  if (!/^\s*[[{]/.test(written)) return one(only("text", specs, where), written.trim());
  return isJson(written) ? jsonExamples(written, where, id, specs) : jsonLineExamples(written, where);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
