/**
 * Opens a zip archive by its central directory (APPNOTE 6.3.10): member names, and their bytes on demand. Members are stored
 * or deflated, and checksums are verified. Encrypted, damaged and malicious archives are rejected: names that leave the
 * archive, links, duplicate names, members that unpack to more than they declare, and more bytes in total than the size of the
 * file allows.
 */

import { dataViewOf } from "../../base/bytes.js";
import { InputError } from "../../base/errors.js";
import { inflateRaw, inflateRawAside } from "../../base/inflate.js";
import { crc32 } from "./crc32.js";
import type { Archive, Member } from "./member.js";
import { fileSource, type Source } from "./source.js";

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** Size of the end record, and of the longest comment after it. */
const END_LENGTH = 22;
const MOST_COMMENT = 0xffff;

const MOST_MEMBER_BYTES = 256 * 2 ** 20;
const MOST_DIRECTORY_BYTES = 256 * 2 ** 20;

/** Limit of the total size of the members, for the size of a file. They are read one at a time, not all at once. */
const mostUnpacked = (packed: number): number => 64 * 2 ** 20 + 100 * packed;

/** A member as listed in the central directory. */
interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

/** Open the zip archive at a path. `where` is its name in errors. */
export const openZip = (path: string, where: string): Archive => zipOf(fileSource(path), where);

/** Open a zip archive. `where` is its name in errors. */
export function zipOf(source: Source, where: string): Archive {
  const members = new Map<string, Member>();
  try {
    let total = 0;
    for (const entry of entriesOf(source)) {
      if (members.has(entry.name)) throw new Error(`two members are named "${entry.name}"`);
      total += entry.size;
      if (total > mostUnpacked(source.size)) throw tooLarge(where, mostUnpacked(source.size));
      members.set(entry.name, memberOf(source, entry, where));
    }
  } catch (error) {
    throw error instanceof InputError ? error : badZip(where, error as Error);
  }
  return members;
}

function memberOf(source: Source, entry: ZipEntry, where: string): Member {
  const { name, method, packed, size, crc, offset } = entry;
  const most = Math.max(1, size);
  const checked = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length !== size) throw new Error(`it unpacks to ${bytes.length} bytes, not ${size}`);
    if (crc32(bytes) !== crc) throw new Error("its checksum is another than the archive states");
    return bytes;
  };
  const startOf = (local: Uint8Array): number => {
    const view = dataViewOf(local);
    if (local.length < 30 || view.getUint32(0, true) !== LOCAL) throw new Error("its header is missing");
    return offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  };
  const bad = (error: unknown) => badZip(`${where}/${name}`, error as Error);
  return {
    size,
    async read() {
      try {
        const bytes = await source.read(startOf(await source.read(offset, 30)), packed);
        return checked(method === 0 ? bytes : await inflateRawAside(bytes, most));
      } catch (error) {
        throw bad(error);
      }
    },
    readNow() {
      try {
        const bytes = source.readNow(startOf(source.readNow(offset, 30)), packed);
        return checked(method === 0 ? bytes : inflateRaw(bytes, most));
      } catch (error) {
        throw bad(error);
      }
    },
  };
}

/** The files in the central directory. */
function* entriesOf(source: Source): Generator<ZipEntry> {
  const { start, length, count } = directoryOf(source);
  if (length > MOST_DIRECTORY_BYTES || start + length > source.size)
    throw new Error("its list of members is damaged");
  const bytes = source.readNow(start, length);
  const view = dataViewOf(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > length || view.getUint32(at, true) !== ENTRY)
      throw new Error("its list of members is damaged");
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const crc = view.getUint32(at + 16, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((k) => view.getUint16(at + k, true));
    const mode = view.getUint32(at + 38, true) >>> 16;
    const nameEnd = at + 46 + nameLength;
    const next = nameEnd + extraLength + commentLength;
    if (next > length) throw new Error("its list of members is damaged");
    const name = nameOf(bytes.subarray(at + 46, nameEnd));
    const sizes = sizesOf(view, at, dataViewOf(bytes.subarray(nameEnd, nameEnd + extraLength)));
    at = next;
    if (name.endsWith("/") || name === "") continue;
    if ((mode & 0o170000) === 0o120000) throw new Error(`the member "${name}" is a link`);
    if (flags & 1) throw new Error(`the member "${name}" is encrypted`);
    if (method !== 0 && method !== 8)
      throw new Error(`the member "${name}" is packed by method ${method}, neither stored nor deflated`);
    if (sizes.size > MOST_MEMBER_BYTES) throw new Error(`the member "${name}" has ${sizes.size} bytes`);
    if (sizes.offset + sizes.packed > source.size) throw new Error(`the member "${name}" is cut short`);
    yield { name, method, crc, ...sizes };
  }
}

/** The position of the central directory, by the end record or, if its fields overflow, by the zip64 record. */
function directoryOf(source: Source): { start: number; length: number; count: number } {
  const tailStart = Math.max(0, source.size - END_LENGTH - MOST_COMMENT);
  const tail = source.readNow(tailStart, source.size - tailStart);
  const view = dataViewOf(tail);
  let end = tail.length - END_LENGTH;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("the archive is cut short, or no zip");
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count < 0xffff && length < 0xffffffff && start < 0xffffffff) return { start, length, count };
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR64) return { start, length, count };
  const record = dataViewOf(source.readNow(Number(view.getBigUint64(end - 12, true)), 56));
  if (record.byteLength < 56 || record.getUint32(0, true) !== END64)
    throw new Error("its zip64 record is missing");
  const [count64, length64, start64] = [32, 40, 48].map((k) => Number(record.getBigUint64(k, true)));
  return { start: start64, length: length64, count: count64 };
}

/** The sizes and the offset of a member; a zip64 extra field has those that overflow 32 bits, in this order. */
function sizesOf(entry: DataView, at: number, extra: DataView): Pick<ZipEntry, "size" | "packed" | "offset"> {
  const narrow = [24, 20, 42].map((k) => entry.getUint32(at + k, true));
  for (let k = 0; k + 4 <= extra.byteLength; k += 4 + extra.getUint16(k + 2, true)) {
    if (extra.getUint16(k, true) !== 1) continue;
    let next = k + 4;
    for (const [i, value] of narrow.entries())
      if (value === 0xffffffff && next + 8 <= extra.byteLength) {
        narrow[i] = Number(extra.getBigUint64(next, true));
        next += 8;
      }
  }
  const [size, packed, offset] = narrow;
  return { size, packed, offset };
}

/** A name: UTF-8, which macOS writes without the flag, else Latin-1 in place of DOS code pages. */
function nameOf(bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    name = new TextDecoder("latin1").decode(bytes);
  }
  const plain = name.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
  if (/^\/|^[a-z]:/i.test(plain) || plain.includes("\0") || plain.split("/").includes(".."))
    throw new Error(`the member name "${name}" leaves the archive`);
  return plain;
}

const tooLarge = (where: string, limit: number) =>
  new InputError({
    code: "data/zip-too-large",
    where,
    problem: "the archive unpacks to far more than its size",
    expected: `at most ${Math.floor(limit / 2 ** 20)} MiB unpacked`,
    remedy: "Unpack it, and give the folder.",
  });

const badZip = (where: string, cause: Error) =>
  new InputError(
    {
      code: "data/bad-zip",
      where,
      problem: cause.message,
      expected: "an intact zip archive of plain files, without a password, each file at most 256 MiB",
      remedy: "Unpack it and give the folder, or make or download the archive again.",
    },
    { cause },
  );
