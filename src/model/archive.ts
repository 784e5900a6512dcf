/**
 * A model as one file: a zip archive of the files of its folder, by the same names. Equal models are equal bytes.
 */

import { zipSync } from "fflate";
import { utf8Bytes } from "../base/bytes.js";
import { InputError } from "../base/errors.js";
import { bytesSource } from "../data/files/source.js";
import { zipOf } from "../data/files/zip.js";

/** The files of a model or task, by name. */
export interface Parts {
  /** Where they come from, in errors. */
  readonly path: string;
  /**
   * The bytes of a file; `what` is the whole that it belongs to.
   *
   * @throws {InputError} `model/missing-file`
   */
  read(name: string, what: string): Promise<Uint8Array>;
}

/** The time of all members: the earliest that a zip archive can state, whatever the time zone. */
const TIME = new Date(1980, 0, 1, 12);

/** The archive of a model's files. */
export function encodeArchive(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const members = Object.fromEntries(
    Object.entries(files).map(([name, contents]) => [
      name,
      typeof contents === "string" ? utf8Bytes(contents) : contents,
    ]),
  );
  return zipSync(members, { level: 6, mtime: TIME });
}

/** The files in the bytes of an archive; `where` is its name in errors. @throws {InputError} `data/bad-zip` */
export function archiveParts(bytes: Uint8Array, where: string): Parts {
  const members = zipOf(bytesSource(bytes), where);
  return {
    path: where,
    async read(name, what) {
      const member = members.get(name);
      if (member) return member.read();
      throw new InputError({
        code: "model/missing-file",
        where: `${where}/${name}`,
        problem: "the archive has no such file",
        expected: `${what} with ${name}`,
        remedy: "Save the model again.",
      });
    },
  };
}
