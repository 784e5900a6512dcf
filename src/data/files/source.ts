/** Random access to the bytes of a file on disk, synchronous or not. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

export interface Source {
  readonly size: number;
  read(start: number, length: number): Promise<Buffer>;
  readNow(start: number, length: number): Buffer;
}

/** The file at `path`, opened for each read. */
export function fileSource(path: string): Source {
  const read = async (start: number, length: number) => {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  const readNow = (start: number, length: number) => {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, start));
    } finally {
      closeSync(file);
    }
  };
  return { size: statSync(path).size, read, readNow };
}
