/** Reads input files: media files, each an example or several forming one, and JSON files. */

import { closeSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { checkRegular } from "../../base/regular.js";
import {
  type Dataset,
  kindOfBytes,
  type Likeness,
  type OpenOptions,
  openFolder,
  readText,
  SNIFFED_BYTES,
} from "../../data/index.js";
import { Media, type ModalityKind } from "../../modality/index.js";
import { datasetOf, type Input } from "./dataset.js";
import { jsonExamples, jsonLineExamples } from "./json.js";
import { bad, kindFor, only, type Specs } from "./kinds.js";

/** The examples of one file. Paths of media in it are relative to its folder. */
export async function openFile(path: string, like: Likeness, options: OpenOptions): Promise<Dataset> {
  const specs = like.modalities;
  const kind = kindFor(path, specs);
  if (kind) return openMedia(path, fileField(path, kind, specs), [], like, options);
  const sniffed = hasExtension(path) ? undefined : kindOfBytes(headOf(path));
  if (sniffed) {
    const text = `read as ${sniffed} by its first bytes`;
    const notices = [{ code: "input/sniffed", where: path, text }];
    return openMedia(path, fileField(path, sniffed, specs), notices, like, options);
  }
  const folder = openFolder(dirname(resolve(path)));
  return datasetOf({ name: path, folder, ...(await jsonOf(path, specs)) }, like, options);
}

/** One example that consists of several files. */
export function openTogether(
  paths: readonly string[],
  like: Likeness,
  options: OpenOptions,
): Promise<Dataset> {
  const specs = like.modalities;
  const fields = Object.assign(
    {},
    ...paths.map((path) => fileField(path, kindFor(path, specs) ?? "image", specs)),
  );
  const text = `read with ${paths.slice(1).join(", ")} as one example, since the names are the same up to the extension`;
  const notices = [{ code: "files/joined", where: paths[0], text }];
  return openMedia(paths[0], fields, notices, like, options);
}

/** The data set of one example whose fields name files. */
const openMedia = (
  path: string,
  fields: Record<string, string>,
  notices: Input["notices"],
  like: Likeness,
  options: OpenOptions,
): Promise<Dataset> =>
  datasetOf(
    { name: path, records: [{ source: { file: path }, id: path, fields }], folder: anywhere, notices },
    like,
    options,
  );

const fileField = (path: string, kind: ModalityKind, specs: Specs): Record<string, string> => ({
  [`${only(kind, specs, path)}_file_name`]: path,
});

/** A folder that resolves any path, without the restriction to its own contents. */
const anywhere: Input["folder"] = {
  list: () => [],
  finder: async () => (path) => new Media(path, () => readFile(path)),
};

async function jsonOf(path: string, specs: Specs): Promise<Pick<Input, "records" | "hasColumns">> {
  if (/\.json$/i.test(path)) return jsonExamples(await readText(path), path, path, specs);
  if (/\.jsonl$/i.test(path)) return jsonLineExamples(await readText(path), path);
  throw bad(
    path,
    "the extension is not supported",
    "Convert the file, write a .jsonl, or give a data folder.",
  );
}

const hasExtension = (path: string): boolean => /\.[a-z]\w{0,8}$/i.test(basename(path));

/** The first bytes of a file. */
function headOf(path: string): Uint8Array {
  checkRegular(path);
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(SNIFFED_BYTES);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
