/** Reads a tar shard (`.tar`, `.tar.gz`) into memory: member names to bytes. Hostile archives are refused. */

import { readFile } from "node:fs/promises";
import { Parser } from "tar";
import { InputError } from "../base/errors.js";
import { gunzipBounded } from "./gzip.js";

const mostMemberBytes = 256 * 2 ** 20;

/**
 * The files of a shard by name. `where` is what errors call the shard. Links, devices, absolute names, names
 * with `..`, two members of one name and members over 256 MiB are `InputError`s.
 */
export async function readShard(path: string, where: string): Promise<Map<string, Uint8Array>> {
  const packed = await readFile(path);
  const bytes = path.endsWith(".gz") ? await gunzipBounded(packed, where) : packed;
  const members = new Map<string, Uint8Array>();
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({ strict: true });
    const refuse = (problem: string) => parser.abort(new Error(problem));
    parser.on("entry", (entry) => {
      const name = entry.path.replace(/^(\.\/)+/, "");
      if (entry.type === "Directory") return entry.resume();
      if (!["File", "OldFile", "ContiguousFile"].includes(entry.type))
        return refuse(`the member "${name}" is a ${entry.type}`);
      if (/^[/\\]|^[a-z]:/i.test(name) || name.split(/[/\\]/).includes(".."))
        return refuse(`the member name "${name}" leaves the archive`);
      if (entry.size > mostMemberBytes) return refuse(`the member "${name}" has ${entry.size} bytes`);
      if (members.has(name)) return refuse(`two members are named "${name}"`);
      const chunks: Uint8Array[] = [];
      members.set(name, new Uint8Array(0));
      entry.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      entry.on("end", () => members.set(name, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    });
    parser.on("end", resolve);
    parser.on("error", (error: Error) => reject(badShard(where, error)));
    parser.end(bytes);
  });
  return members;
}

const badShard = (where: string, cause: Error) =>
  new InputError(
    {
      code: "data/bad-shard",
      where,
      problem: cause.message,
      expected: "an intact tar archive of plain files with relative names, each at most 256 MiB",
      remedy: "Make the archive again from plain files, or download it again.",
    },
    { cause },
  );
