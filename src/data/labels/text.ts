/** Labels as text, for label shots and encoders of label text. */

import type { ModalitySpec } from "../../modality/index.js";

/** Whether a label has a word: two consecutive letters, or a letter of a script with one-letter words. */
export const hasWord = (label: string | undefined): label is string =>
  label !== undefined && /\p{L}\p{M}*\p{L}|\p{Lo}/u.test(label);

/** The words of a label: `ox_eye`, `oxEye` and `ox/eye` become `ox eye`. */
export const wordsOf = (label: string): string =>
  label.replaceAll(/[_/\\-]+/g, " ").replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2");

/** The modality whose encoder reads label text: the first of kind text. */
export const labelModality = (specs: Readonly<Record<string, ModalitySpec>>): string | undefined =>
  Object.keys(specs).find((name) => specs[name].kind === "text");
