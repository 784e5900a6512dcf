/** Unpacks gzip with a limit on the output, so that a small malicious file cannot fill the memory. */

import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { promisify } from "node:util";
import { createGunzip, gunzip } from "node:zlib";
import { InputError } from "../../base/errors.js";
import { isGzip } from "./endings.js";

const MiB = 2 ** 20;
const most = 1024 * MiB;
const mostRatio = 100;

/** The limit of unpacked bytes for a number of packed bytes: 64 MiB plus 100 times the packed size, at most 1 GiB. */
const limitOf = (packed: number) => Math.min(most, 64 * MiB + mostRatio * packed);

/** The unpacked bytes. @throws {InputError} which starts with `where`, beyond the limit */
export async function gunzipBounded(packed: Uint8Array, where: string): Promise<Buffer> {
  const maxOutputLength = limitOf(packed.length);
  try {
    return await promisify(gunzip)(packed, { maxOutputLength, chunkSize: MiB });
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLong ? tooLarge(where, maxOutputLength) : damaged(where, error as Error);
  }
}

/** The bytes of a file in chunks, unpacked if its name ends in `.gz`, with the same limit. */
export async function* bytesOfFile(path: string, where: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: MiB });
  if (!isGzip(path)) return yield* file;
  const limit = limitOf(statSync(path).size);
  let length = 0;
  try {
    // The last stream reports the errors of all.
    for await (const piece of pipeline(file, createGunzip(), () => {})) {
      length += piece.length;
      if (length > limit) throw tooLarge(where, limit);
      yield piece;
    }
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? "")) throw damaged(where, error as Error);
    throw error;
  }
}

const tooLarge = (where: string, limit: number) =>
  new InputError({
    code: "data/gzip-too-large",
    where,
    problem: "the file unpacks to far more than its size",
    expected: `at most ${Math.floor(limit / MiB)} MiB unpacked`,
    remedy: "Split it into smaller files, or unpack it.",
  });

const damaged = (where: string, cause: Error) =>
  new InputError(
    {
      code: "data/bad-gzip",
      where,
      problem: cause.message,
      expected: "an intact gzip file",
      remedy: "Make or download the file again.",
    },
    { cause },
  );
