/** The methods that a recipe may choose, typed from the tables: a name, or an object with the name and options. */

import type { z } from "zod";
import type { alignments } from "../alignment/index.js";
import type { auxiliaries } from "../auxiliary/index.js";
import type { encoders } from "../encoder/index.js";
import type { fusions } from "../fusion/index.js";
import type { learners } from "../learner/index.js";
import type { ModalityKind } from "../modality/index.js";

/** The name of a learner. */
export type LearnerName = keyof typeof learners;
/** The name of a fusion. */
export type FusionName = keyof typeof fusions;
/** The name of an alignment, or `none`. */
export type AlignmentName = "none" | keyof typeof alignments;
/** The name of an auxiliary objective, or `none`. */
export type AuxiliaryName = "none" | keyof typeof auxiliaries;
/** The name of an encoder. */
export type EncoderName = keyof typeof encoders;

/** A learner: its name, or an object with the name and options. */
export type LearnerChoice = LearnerName | WithOptions<typeof learners>;
/** An alignment: its name, or an object with the name and the loss weight λ. */
export type AlignmentChoice = AlignmentName | { name: AlignmentName; weight?: number };
/** An auxiliary objective: its name, or an object with the name and options. */
export type AuxiliaryChoice = AuxiliaryName | { name: "none" } | WithOptions<typeof auxiliaries>;
/** An encoder: its name, or an object with the name and options. */
export type EncoderChoice = EncoderName | WithOptions<typeof encoders>;
/** Encoders by modality. A modality that is named like a kind takes encoders of that kind; any other name, all. */
export type EncoderChoices = { [Kind in ModalityKind]?: EncoderOfKind<Kind> } & {
  [modality: string]: EncoderChoice;
};

/** A learner with all its options. */
export type ChosenLearner = WithAllOptions<typeof learners>;
/** An alignment with its loss weight λ. */
export type ChosenAlignment = { name: AlignmentName; weight: number };
/** An auxiliary objective with all its options. */
export type ChosenAuxiliary = { name: "none" } | WithAllOptions<typeof auxiliaries>;
/** An encoder with all its options. */
export type ChosenEncoder = WithAllOptions<typeof encoders>;

/** Encoders of a kind of modality; `pretrained` and `default` encode several kinds. */
type EncoderOfKind<Kind extends ModalityKind> = {
  [Name in EncoderName]: Name extends "pretrained" | "default"
    ? Name | WithOptions<Pick<typeof encoders, Name>>
    : (typeof encoders)[Name]["kind"] extends Kind
      ? Name | WithOptions<Pick<typeof encoders, Name>>
      : never;
}[EncoderName];

/** A row of a table as a recipe states it: its name, and options that all have defaults. */
type WithOptions<Table extends Rows> = {
  [Name in keyof Table]: { name: Name } & Known<z.input<Table[Name]["options"]>> extends infer Row
    ? { [Key in keyof Row]: Accepted<Row[Key]> }
    : never;
}[keyof Table];

/** A row of a table with every option. */
export type WithAllOptions<Table extends Rows> = {
  [Name in keyof Table]: { name: Name } & Known<z.output<Table[Name]["options"]>> extends infer Row
    ? { [Key in keyof Row]: Row[Key] }
    : never;
}[keyof Table];

type Rows = Readonly<Record<string, { readonly options: z.ZodObject }>>;
/** A value that may be read-only. */
type Accepted<T> = T extends readonly unknown[] ? Readonly<T> : T;
/** An object's own keys; zod types an object of none as a record. */
type Known<T> = string extends keyof T ? unknown : T;
