/** Reads every value of a data set once, into the compact form that checks compare. */

import { createHash } from "node:crypto";
import { InputError } from "../../base/errors.js";
import { nextTurn } from "../../base/turn.js";
import type { ModalityKind } from "../../modality/index.js";
import type { Dataset } from "../types.js";
import { comparers } from "./kinds/index.js";
import type { Comparer } from "./kinds/types.js";

/** The values of one modality that could be read. */
interface Column {
  readonly kind: ModalityKind;
  readonly comparer: Comparer;
  /** Per value: the index of its row, its compact form, and a digest that is equal for equal values. */
  readonly rows: number[];
  readonly kept: unknown[];
  readonly digests: string[];
}

interface Unreadable {
  readonly row: number;
  readonly modality: string;
  readonly error: InputError;
}

export interface Contents {
  readonly columns: Readonly<Record<string, Column>>;
  readonly unreadable: readonly Unreadable[];
}

interface Readable {
  readonly row: number;
  readonly modality: string;
  readonly kept: unknown;
  readonly content: string | Uint8Array;
}

type Read = Readable | Unreadable;

interface ReadOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** Number of rows read concurrently. */
const together = 64;

/** Read every value. Values that cannot be read are listed, not thrown. */
export async function readContents(dataset: Dataset, { signal, onProgress }: ReadOptions): Promise<Contents> {
  const { kinds, rows } = dataset;
  const columns: Record<string, Column> = {};
  for (const [name, { kind }] of Object.entries(kinds))
    columns[name] = { kind, comparer: comparers[kind], rows: [], kept: [], digests: [] };
  const unreadable: Unreadable[] = [];
  const readValue = async (row: number, modality: string): Promise<Read> => {
    const { values, where } = rows[row];
    const { comparer } = columns[modality];
    try {
      const kept = await comparer.read(values[modality], `${where}, field "${modality}"`);
      return { row, modality, kept, content: comparer.content(kept) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { row, modality, error };
    }
  };
  for (let from = 0; from < rows.length; from += together) {
    signal?.throwIfAborted();
    const batch = Array.from({ length: Math.min(together, rows.length - from) }, (_, i) => from + i);
    const wanted = batch.flatMap((row) => Object.keys(rows[row].values).map((name) => readValue(row, name)));
    for (const read of await Promise.all(wanted)) {
      if ("error" in read) {
        unreadable.push(read);
        continue;
      }
      const column = columns[read.modality];
      column.rows.push(read.row);
      column.kept.push(read.kept);
      column.digests.push(createHash("sha256").update(read.content).digest("base64"));
    }
    onProgress?.(from + batch.length, rows.length);
    await nextTurn();
  }
  return { columns, unreadable };
}
