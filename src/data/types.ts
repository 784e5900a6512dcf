/** The rows of a data set, which both files and in-memory examples become. */

import { InputError } from "../base/errors.js";
import type { DeclaredModality } from "./card.js";
import type { Reading, Unlabelled } from "./columns/types.js";
import type { Notice } from "./notice.js";
import type { Split } from "./splits.js";
import { type TaskKind, unitWords, type Words } from "./task.js";

/** One checked record. `values` holds raw values by modality; a missing modality is an absent key. */
export interface Row {
  id: string;
  /** The class, in classification. */
  label?: string;
  /** The regression target. */
  target?: number;
  split?: Split;
  /** The origin of the example: speaker, drawer, user, vendor. In regression, each group is a task. */
  group?: string;
  /** Set in classification if each group is a task with its own classes (`groupAsTask` in `dataset.json`). */
  groupIsTask?: true;
  /** The position in the source, for errors: `metadata.jsonl:12`. */
  where: string;
  values: Record<string, unknown>;
}

/**
 * Rows, and the kind of each modality in order of first appearance (declared ones first). A function that takes a data set
 * reads it while it runs, without a copy: do not change it, nor the values of its rows, before the result is there.
 */
export interface Dataset {
  name: string;
  /** The folder it was opened from; absent for an in-memory data set. */
  path?: string;
  licence?: string;
  kinds: Record<string, DeclaredModality>;
  rows: Row[];
  /** How the columns were read, for a model to read later data the same way. */
  reading?: Reading;
  /** The columns, if no row has a label. */
  unlabelled?: Unlabelled;
  /** Everything that was inferred, left out or changed; empty if everything was stated. */
  notices: readonly Notice[];
}

/**
 * A record as a user writes it. Every other key is a modality: an image (`Uint8Array`, `Blob` or raw pixels), audio (the same
 * under a declared kind, or `{ sampleRate, samples }`), strokes (`[[[x, y], …], …]`), text, or a vector (`[x, y, …]`,
 * `Float32Array`). Leave out the key of a missing modality.
 */
export interface Example {
  id?: string;
  /** The class, or the regression target. */
  label?: string | number;
  split?: Split;
  group?: string;
  [modality: string]: unknown;
}

/** The task of rows, by the type of their labels; undefined if no row has a label. */
export function taskOf(rows: readonly Row[]): TaskKind | undefined {
  const first = rows.find((row) => row.label !== undefined || row.target !== undefined);
  return first && (first.target === undefined ? "classification" : "regression");
}

/** Whether each group is a task: always in regression, and in classification if the card says so. */
export const groupsAreTasks = (rows: readonly Row[]): boolean =>
  taskOf(rows) === "regression" || rows.some(({ groupIsTask }) => groupIsTask);

/** What rows are split and drawn by, singular and plural: class or group. */
export const unitWordsOf = (rows: readonly Row[]): Words =>
  unitWords[groupsAreTasks(rows) ? "regression" : "classification"];

/**
 * The unit of a labelled row, by which rows are split and episodes drawn: its class, or its group if groups are tasks.
 * Undefined without a label. @throws {InputError} data/no-group for a task without a group
 */
export function unitOf({ label, target, group, groupIsTask, where }: Row): string | undefined {
  if (target === undefined && (!groupIsTask || label === undefined)) return label;
  if (group !== undefined) return group;
  throw new InputError({
    code: "data/no-group",
    where: `${where}, field "group"`,
    problem: groupIsTask ? "the row has no group" : "the row has a number for a label and no group",
    expected: groupIsTask
      ? "a group in every row with a label, since dataset.json says groupAsTask: a table, a user, a device"
      : "a group in every row with a number, since each group is a task: a user, a device, a curve",
    remedy: groupIsTask
      ? "Add it, or leave out groupAsTask."
      : 'Add it, or name the column with the option `group`; if the numbers are classes, give the option `task: "classification"`, write "task": "classification" in dataset.json, or write labels as strings.',
  });
}

/** Whether a row has at least one of these modalities. */
export const hasAny = (row: Row, modalities: readonly string[]): boolean =>
  modalities.some((name) => Object.hasOwn(row.values, name));
