/** Unpacks gzip with a bound, so that a small hostile file cannot fill the memory. */

import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { InputError } from "../base/errors.js";

const MiB = 2 ** 20;
const most = 1024 * MiB;
const mostRatio = 100;

/** The unpacked bytes: at most 1 GiB, and at most 64 MiB plus 100 times the packed size. */
export async function gunzipBounded(packed: Uint8Array, where: string): Promise<Buffer> {
  const maxOutputLength = Math.min(most, 64 * MiB + mostRatio * packed.length);
  try {
    return await promisify(gunzip)(packed, { maxOutputLength, chunkSize: MiB });
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new InputError(
      {
        code: tooLong ? "data/gzip-too-large" : "data/bad-gzip",
        where,
        problem: tooLong ? "the file unpacks to far more than its size" : (error as Error).message,
        expected: tooLong
          ? `at most ${Math.floor(maxOutputLength / MiB)} MiB unpacked`
          : "an intact gzip file",
        remedy: tooLong ? "Split it into smaller files, or unpack it." : "Make or download the file again.",
      },
      { cause: error },
    );
  }
}
