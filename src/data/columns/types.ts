/** How columns are read: stated by options or `dataset.json`, remembered by a model, or inferred. */

import type { ModalitySpec } from "../../modality/index.js";
import type { TaskKind } from "../task.js";

/** One column name or several. */
export type ColumnNames = string | readonly string[];

export const namesOf = (names: ColumnNames | undefined): readonly string[] =>
  names === undefined ? [] : typeof names === "string" ? [names] : names;

/** The columns of a table whose roles are stated. */
export interface Roles {
  /** The column of labels. Several one-hot columns are one label: the name of the column with the mark. */
  readonly label?: ColumnNames;
  /** Columns to read as text modalities. */
  readonly text?: ColumnNames;
  /** Columns of names of media files, of any kind. */
  readonly image?: ColumnNames;
  /** The column of groups. */
  readonly group?: string;
  /** The column of splits. */
  readonly split?: string;
}

/** How the columns of a data set were read. A model stores it, so that later data are read the same way. */
export interface Reading {
  readonly label?: ColumnNames;
  readonly group?: string;
  readonly split?: string;
  readonly task?: TaskKind;
  /** Modality by column of file names; by `folder/column` if a column names files in several folders. */
  readonly media?: Readonly<Record<string, string>>;
  /** Modality by text column whose name is not a valid modality name. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** The part of a model's card that determines how later data are read: `model.card`. */
export interface Likeness {
  readonly modalities: Readonly<Record<string, ModalitySpec>>;
  readonly data?: { readonly reading?: Reading };
}

/** A column and the number of its distinct values. */
export interface LabelCandidate {
  readonly name: string;
  readonly values: number;
}

/** The columns of a table without a label. */
export interface Unlabelled {
  readonly columns: readonly string[];
  /** Columns that may hold the label, the likeliest first. */
  readonly likely: readonly LabelCandidate[];
  /** One-hot columns: each row has a mark in exactly one of them. */
  readonly oneHot: readonly string[];
}
