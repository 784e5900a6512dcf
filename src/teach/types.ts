/** Embedded examples: what the base model learns from and predicts. */

import type { Row } from "../data/index.js";
import type { Cells } from "../modality/tabular/tabular.js";

/** A value whose array depends on the support: cells of a table, or the numbers of a vector. */
export type SupportValue = Cells | readonly number[];

/** An example as vectors. A missing modality is an absent key in all of its records. */
export interface EmbeddedExample extends Pick<Row, "id" | "label" | "target" | "group"> {
  /** SHA-256 of each value, in hexadecimal, by modality. */
  readonly digests: Readonly<Record<string, string>>;
  /** Vectors of the built-in encoders, by modality and encoder: `photo/network`. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** Values of tables and vectors, by modality. */
  readonly values: Readonly<Record<string, SupportValue>>;
}

/** The values of an example as a key: equal for examples of equal values in the same modalities. */
export const valuesKey = ({ digests }: Pick<EmbeddedExample, "digests">): string => JSON.stringify(digests);

/** The modality of an expert: `photo` of `photo/network`. */
export const modalityOf = (expert: string): string => expert.slice(0, expert.lastIndexOf("/"));

/** The encoder of an expert: `network` of `photo/network`. */
export const encoderOf = (expert: string): string => expert.slice(expert.lastIndexOf("/") + 1);
