/** Reads Parquet files as written by pandas, Polars and Hugging Face `datasets`. */

import { Worker } from "node:worker_threads";
import { InputError } from "../../base/errors.js";
import { Media } from "../../modality/index.js";
import type { RawRecord } from "../record.js";

/** Memory limit of the decoding worker. Media bytes are not counted. */
const mostMegabytes = 2048;
/** Time limit for one row group. */
const mostSeconds = 60;

/**
 * The records of a Parquet file; errors count rows from 1. A struct of `bytes` and `path` is a media file, as Hugging Face
 * stores images and audio.
 */
export async function readParquet(path: string, file: string): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for await (const rows of rowGroups(path, file))
    for (const row of rows) {
      const number = records.length + 1;
      const fields = Object.entries(row).map(([field, value]) => fieldOf(field, value));
      records.push({
        source: { file, line: number },
        id: `row-${number}`,
        fields: Object.fromEntries(fields),
      });
    }
  return records;
}

function fieldOf(field: string, value: unknown): [field: string, value: unknown] {
  if (typeof value !== "object" || value === null || !("bytes" in value && "path" in value))
    return [field, value];
  const { bytes, path } = value;
  if (!(bytes instanceof Uint8Array)) return [`${field}_file_name`, path];
  return [field, new Media(typeof path === "string" ? path : field, async () => bytes)];
}

/** The rows of each row group, decoded in a worker thread. */
async function* rowGroups(path: string, file: string): AsyncGenerator<Record<string, unknown>[]> {
  const worker = new Worker(new URL("./parquet-worker.mjs", import.meta.url), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    // Without the options of the process, such as `--input-type`, which a worker from a file does not accept.
    execArgv: [],
  });
  type Message = Record<string, unknown>[] | null;
  const arrived: Message[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  worker.on("message", (rows: Message) => {
    arrived.push(rows);
    wake();
  });
  worker.on("error", (error) => {
    failure = error;
    wake();
  });
  try {
    while (true) {
      if (arrived.length === 0 && !failure) await patience((done) => (wake = done));
      const rows = arrived.shift();
      if (rows === null) return;
      if (!rows) throw failure ?? new Error(`a row group takes more than ${mostSeconds} s to read`);
      yield rows;
    }
  } catch (error) {
    throw damaged(file, error as Error);
  } finally {
    await worker.terminate();
  }
}

/** Resolves when the callback given to `start` is called, or after the time limit. */
function patience(start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, mostSeconds * 1000);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const damaged = (where: string, cause: Error) =>
  new InputError(
    {
      code: "data/bad-parquet",
      where,
      problem: `the file cannot be read (${cause.message.split("\n")[0]})`,
      expected: "an intact Parquet file of flat columns, lists, and structs of bytes and path",
      remedy: "Write the file again, or convert it to metadata.jsonl.",
    },
    { cause },
  );
