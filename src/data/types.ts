/** The records of a data set: what files and in-memory examples both become. */

import type { ModalityKind } from "../modality/index.js";

export type Split = "train" | "val" | "test";
export const splits: readonly Split[] = ["train", "val", "test"];

/** One checked record. `values` holds raw values by modality; a missing modality is an absent key. */
export interface Row {
  id: string;
  label?: string;
  split?: Split;
  /** Who or what made the example: speaker, drawer, user, vendor. */
  group?: string;
  /** Where it was read, for errors: `metadata.jsonl:12`. */
  where: string;
  values: Record<string, unknown>;
}

/** A modality's kind and the options from `dataset.json` that its plan takes. */
export interface DeclaredModality {
  kind: ModalityKind;
  options: Record<string, unknown>;
}

/** Rows with the kind of each modality, in order of first appearance (declared ones first). */
export interface Dataset {
  name: string;
  /** The folder it was opened from; absent for an in-memory data set. */
  path?: string;
  licence?: string;
  kinds: Record<string, DeclaredModality>;
  rows: Row[];
}

/**
 * A record as a user writes it. Every other key is a modality: an image (`Uint8Array`, `Blob` or raw pixels),
 * strokes (`[[[x, y], …], …]`), text, or a vector (`[x, y, …]`, `Float32Array`). Leave the key out where a modality is missing.
 */
export interface Example {
  id?: string;
  label?: string;
  split?: Split;
  group?: string;
  [modality: string]: unknown;
}

/** Whether a row has one of these modalities. */
export const hasAny = (row: Row, modalities: readonly string[]): boolean =>
  modalities.some((name) => Object.hasOwn(row.values, name));
