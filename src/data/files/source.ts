/** Random access to bytes in memory or of a file on disk, synchronous or not. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

/** Bytes that are read in parts; a part beyond the end is shorter. */
export interface Source {
  readonly size: number;
  read(start: number, length: number): Promise<Uint8Array>;
  readNow(start: number, length: number): Uint8Array;
}

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array): Source {
  const readNow = (start: number, length: number) => bytes.subarray(start, start + length);
  return { size: bytes.length, readNow, read: async (start, length) => readNow(start, length) };
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
