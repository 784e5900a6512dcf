/** Labels as text: which of them say something, what, and as which modality. */

import type { ModalitySpec } from "../../modality/index.js";

/** Whether a label has a word: two letters in a row, or a letter of a script whose words may have one. */
export const saysSomething = (label: string | undefined): label is string =>
  label !== undefined && /\p{L}\p{M}*\p{L}|\p{Lo}/u.test(label);

/** A label's words, as names of folders and fields are written: `ox_eye`, `oxEye` and `ox/eye` are `ox eye`. */
export const wordsOf = (label: string): string =>
  label.replaceAll(/[_/\\-]+/g, " ").replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2");

/** The modality that labels are texts of: the first of kind text. */
export const labelModality = (specs: Readonly<Record<string, ModalitySpec>>): string | undefined =>
  Object.keys(specs).find((name) => specs[name].kind === "text");
