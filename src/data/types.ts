/** The records of a data set: what files and in-memory examples both become. */

import { InputError } from "../base/errors.js";
import type { ModalityKind } from "../modality/index.js";
import type { Reading, Unlabelled } from "./columns/index.js";
import type { Notice } from "./notice.js";

export type Split = "train" | "val" | "test";
export const splits: readonly Split[] = ["train", "val", "test"];

/** What labels are: names make the task classification, numbers regression. */
export type TaskKind = "classification" | "regression";
export const taskKinds: readonly TaskKind[] = ["classification", "regression"];

type Words = readonly [one: string, many: string];

/** What a task's rows are split and drawn by, one and many. */
export const unitWords: Readonly<Record<TaskKind, Words>> = {
  classification: ["class", "classes"],
  regression: ["group", "groups"],
};

/** One checked record. `values` holds raw values by modality; a missing modality is an absent key. */
export interface Row {
  id: string;
  label?: string;
  /** The number that is its label, where labels are numbers; there is no `label` then. */
  target?: number;
  split?: Split;
  /** Who or what made the example: speaker, drawer, user, vendor. Where labels are numbers, a group is a task. */
  group?: string;
  /** Where the card says that groups are tasks whose labels are names, each with classes of its own. */
  groupIsTask?: true;
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
  /** How columns were taken, for later data of the same columns to be read alike. */
  reading?: Reading;
  /** Of rows without a label: what their columns are. */
  unlabelled?: Unlabelled;
  /** What was inferred, left out or changed in reading it; empty where everything was stated. */
  notices: readonly Notice[];
}

/**
 * A record as a user writes it. Every other key is a modality: an image (`Uint8Array`, `Blob` or raw pixels),
 * sound (such bytes under a declared kind, or `{ sampleRate, samples }`), strokes (`[[[x, y], …], …]`), text, or a vector (`[x, y, …]`, `Float32Array`). Leave the key out where a modality is missing.
 */
export interface Example {
  id?: string;
  /** The name of its class, or a number to predict. */
  label?: string | number;
  split?: Split;
  group?: string;
  [modality: string]: unknown;
}

/** What the labels of rows are, which are all names or all numbers; undefined where there is none. */
export function taskOf(rows: readonly Row[]): TaskKind | undefined {
  const first = rows.find((row) => row.label !== undefined || row.target !== undefined);
  return first && (first.target === undefined ? "classification" : "regression");
}

/** True where groups are tasks: where labels are numbers, or where the card says so. */
export const groupsAreTasks = (rows: readonly Row[]): boolean =>
  taskOf(rows) === "regression" || rows.some(({ groupIsTask }) => groupIsTask);

/** What rows are split and drawn by, one and many. */
export const unitWordsOf = (rows: readonly Row[]): Words =>
  unitWords[groupsAreTasks(rows) ? "regression" : "classification"];

/**
 * The part of the data that a labelled row belongs to, which is in one split only and from which episodes are drawn: a
 * class or, where groups are tasks, a group. Undefined without a label; a task without a group is an `InputError`.
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
      : 'Add it, or name the column with --group; if the numbers are classes, give --classification, write "task": "classification" in dataset.json, or write labels as strings.',
  });
}

/** Whether a row has one of these modalities. */
export const hasAny = (row: Row, modalities: readonly string[]): boolean =>
  modalities.some((name) => Object.hasOwn(row.values, name));
