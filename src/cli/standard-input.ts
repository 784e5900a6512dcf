/** Reads all of standard input, up to 1 GiB. */

import { InputError } from "../base/errors.js";

const MOST_BYTES = 2 ** 30;

/** Read the bytes of standard input. */
export async function readStandardInput(): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin) {
    length += piece.length;
    if (length > MOST_BYTES) throw tooLong();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const tooLong = () =>
  new InputError({
    code: "cli/long-input",
    where: "standard input",
    problem: `it has more than ${MOST_BYTES / 2 ** 20} MiB`,
    expected: "one media file, or JSON",
    remedy: "Give the path of a file or a folder.",
  });
