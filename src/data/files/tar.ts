/**
 * Opens a tar archive (`.tar`, `.tar.gz`, `.tgz`): member names, and their bytes on demand. Malicious archives are rejected.
 *
 * The tar library decodes the headers, but this file walks them: the library's parser reads every byte and reports no
 * offsets, and a plain shard should stay on disk until a member is read.
 */

import { readFile } from "node:fs/promises";
import type { Header, Pax } from "tar";
import { InputError } from "../../base/errors.js";
import { gunzipBounded } from "./gzip.js";
import type { Archive, Member } from "./member.js";
import { bytesSource, fileSource, type Source } from "./source.js";

const mostMemberBytes = 256 * 2 ** 20;
const mostNameBytes = 2 ** 16;
const block = 512;

/**
 * Open a shard. `where` is its name in errors.
 *
 * @throws {InputError} for links, devices, absolute names, names with `..`, duplicate names and members over 256 MiB
 */
export async function openShard(path: string, where: string): Promise<Archive> {
  const members = new Map<string, Member>();
  try {
    const source = /gz$/i.test(path)
      ? bytesSource(await gunzipBounded(await readFile(path), where))
      : fileSource(path);
    for await (const { name, start, size } of membersOf(source)) {
      if (members.has(name)) throw new Error(`two members are named "${name}"`);
      members.set(name, {
        size,
        read: () => source.read(start, size),
        readNow: () => source.readNow(start, size),
      });
    }
  } catch (error) {
    throw error instanceof InputError ? error : badShard(where, error as Error);
  }
  return members;
}

/** The same bytes as the Buffer that the package `tar` reads. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Walk the headers, reading ahead in windows. Anything but plain files and folders is an error. */
async function* membersOf(source: Source): AsyncGenerator<{ name: string; start: number; size: number }> {
  let window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  const at = async (start: number, length: number): Promise<Buffer> => {
    if (start + length > source.size) throw new Error("the archive is cut short");
    if (start < window.start || start + length > window.start + window.bytes.length)
      window = { start, bytes: bufferOf(await source.read(start, Math.max(length, mostNameBytes))) };
    return window.bytes.subarray(start - window.start, start - window.start + length);
  };
  const tar = await import("tar");
  let isEnded = false;
  let own: Pax | undefined;
  let all: Pax | undefined;
  for (let offset = 0; offset < source.size && !isEnded; ) {
    const header: Header = new tar.Header(await at(offset, block), 0, own, all);
    isEnded = header.nullBlock;
    if (isEnded) break;
    if (!header.cksumValid) throw new Error(`there is no header of a member at byte ${offset}`);
    const { type, size = 0 }: Header = header;
    const start = offset + block;
    offset = start + Math.ceil(size / block) * block;
    const contents = async (): Promise<string> => {
      if (size > mostNameBytes) throw new Error(`a member's extended header has ${size} bytes`);
      return (await at(start, size)).toString();
    };
    if (type === "ExtendedHeader") own = tar.Pax.parse(await contents(), own, false);
    else if (type === "GlobalExtendedHeader") all = tar.Pax.parse(await contents(), all, true);
    else if (type === "NextFileHasLongPath" || type === "OldGnuLongPath")
      own = new tar.Pax({ ...own, path: (await contents()).replace(/\0.*/s, "") });
    else {
      own = undefined;
      if (type === "Directory") continue;
      const name = nameOf(header, size);
      if (start + size > source.size) throw new Error(`the member "${name}" is cut short`);
      yield { name, start, size };
    }
  }
  if (!isEnded) throw new Error("the archive is cut short");
}

/** The name of a plain file. */
function nameOf({ path = "", type }: Header, size: number): string {
  const name = path.replace(/^(\.\/)+/, "");
  if (!["File", "OldFile", "ContiguousFile"].includes(type))
    throw new Error(`the member "${name}" is a ${type}`);
  if (/^[/\\]|^[a-z]:/i.test(name) || name.split(/[/\\]/).includes(".."))
    throw new Error(`the member name "${name}" leaves the archive`);
  if (size > mostMemberBytes) throw new Error(`the member "${name}" has ${size} bytes`);
  return name;
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
