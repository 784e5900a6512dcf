/**
 * Decodes a Parquet file on a thread of its own, whose memory is bounded: a few bytes of a hostile file can stand for
 * billions of values, and the decoder believes them. Posts the rows of one row group at a time, then `null`.
 */

import { parentPort, workerData } from "node:worker_threads";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const mostRows = 20e6;

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);

/**
 * A value as JSON would have it, but for bytes and numbers that are not finite.
 * @param {unknown} value
 * @returns {unknown}
 */
function plain(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value.slice();
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {Float32Array} */ (value), plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const file = await asyncBufferFromFile(workerData);
const metadata = await parquetMetadataAsync(file);
if (!(metadata.num_rows <= mostRows)) throw new Error(`the file claims ${metadata.num_rows} rows`);
let rowStart = 0;
for (const group of metadata.row_groups) {
  const rows = Number(group.num_rows);
  if (!(rows >= 0) || rowStart + rows > metadata.num_rows) throw new Error("a row group is too long");
  const rowEnd = rowStart + rows;
  // Bytes that are not marked as text stay bytes: pictures and sounds.
  const read = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, utf8: false });
  if (read.length !== rows) throw new Error("a row group lacks rows");
  port.postMessage(read.map(plain));
  rowStart = rowEnd;
}
port.postMessage(null);
