/** What columns are taken for: stated by options or `dataset.json`, remembered by a model, or inferred. */

import type { ModalitySpec } from "../../modality/index.js";
import type { TaskKind } from "../types.js";

/** One name or several. */
export type Names = string | readonly string[];

/** The columns of a table that are stated to be something. */
export interface Roles {
  /** The column that holds the label; several columns of 0 and 1 are one label, the column that holds the 1. */
  readonly label?: Names;
  /** Columns that are texts. */
  readonly text?: Names;
  /** Columns that name media files, of any kind. */
  readonly image?: Names;
  /** The column that holds the group. */
  readonly group?: string;
  /** The column that holds the split. */
  readonly split?: string;
}

/** How columns were taken, kept in a model so that later data of the same columns are read alike. */
export interface Reading {
  readonly label?: Names;
  readonly group?: string;
  readonly split?: string;
  readonly task?: TaskKind;
  /** The modality of each column that names files; of one that names files in several folders, by `folder/column`. */
  readonly media?: Readonly<Record<string, string>>;
  /** The modality of each text column whose name cannot be that of a modality. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** What a model says of the data that it takes: `model.card`. */
export interface Likeness {
  readonly modalities: Readonly<Record<string, ModalitySpec>>;
  readonly data?: { readonly reading?: Reading };
}

export const namesOf = (names: Names | undefined): readonly string[] =>
  names === undefined ? [] : typeof names === "string" ? [names] : names;
