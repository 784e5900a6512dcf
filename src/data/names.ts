/** How names are compared, and what a modality may be called: its name becomes a key of objects and a name of files. */

import { InputError } from "../base/errors.js";

/** Space, no-break and zero-width characters, which no one sees at the ends of a name. */
const INVISIBLE = "[\\s\\u200b-\\u200d\\u2060\\ufeff\\u180e]+";
const outerSpaces = new RegExp(`^${INVISIBLE}|${INVISIBLE}$`, "gu");

/** A name as it is compared: Unicode NFC, without spaces at its ends, whether wide, no-break or of no width. */
export const normalName = (name: string): string => name.replaceAll(outerSpaces, "").normalize("NFC");

const pattern = /^\p{L}[\p{L}\p{M}\p{N}_-]{0,63}$/u;

/** Names that mean something else: fields of a row, and the marks of an array. */
const taken = new Set(["id", "label", "split", "group", "dtype", "shape"]);

const isFree = (name: string) => !taken.has(name) && !(name in Object.prototype) && name !== "prototype";

/** Whether a modality can have this name. */
export const isModalityName = (name: string): boolean => pattern.test(name) && isFree(name);

/** A modality's name made of a column's: what it may not hold becomes `_`; `otherwise` if nothing is left of it. */
export function modalityNameOf(column: string, otherwise: string): string {
  if (isModalityName(column)) return column;
  const cleaned = column
    .normalize()
    .replaceAll(/[^\p{L}\p{M}\p{N}_-]+/gu, "_")
    .replace(/^[^\p{L}]+/u, "")
    .replace(/_+$/, "")
    .slice(0, 64);
  return isModalityName(cleaned) ? cleaned : otherwise;
}

/** Whether a name is one that objects have of their own: `constructor`, `__proto__`. */
export const isReservedName = (name: string): boolean => name in Object.prototype || name === "prototype";

/** Throw an `InputError` that starts with `where` unless a modality can have this name. */
export function checkModalityName(name: string, where: string): void {
  if (isModalityName(name)) return;
  const shown = JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
  throw new InputError({
    code: "data/bad-modality-name",
    where,
    problem: pattern.test(name)
      ? `${shown} is taken and cannot name a modality`
      : `${shown} cannot name a modality`,
    expected: "a letter, then letters, digits, _ and -, at most 64 characters in all",
    remedy: "Rename the modality.",
  });
}
