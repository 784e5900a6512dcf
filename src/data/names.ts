/** Normalises names, and validates modality names, which become object keys and file names. */

import { InputError } from "../base/errors.js";

/** Space, no-break and zero-width characters, which are invisible at the ends of a name. */
const INVISIBLE = "[\\s\\u200b-\\u200d\\u2060\\ufeff\\u180e]+";
const outerSpaces = new RegExp(`^${INVISIBLE}|${INVISIBLE}$`, "gu");

/** A name for comparison: Unicode NFC, without outer spaces, including wide, no-break and zero-width ones. */
export const normalName = (name: string): string => name.replaceAll(outerSpaces, "").normalize("NFC");

const pattern = /^\p{L}[\p{L}\p{M}\p{N}_-]{0,63}$/u;

/** Reserved names: fields of a row, and the fields that identify an array. */
const taken = new Set(["id", "label", "split", "group", "dtype", "shape"]);

const isFree = (name: string) => !taken.has(name) && !(name in Object.prototype) && name !== "prototype";

/** Whether a name is a valid modality name. */
export const isModalityName = (name: string): boolean => pattern.test(name) && isFree(name);

/** The modality name of a column: invalid characters become `_`; `otherwise` if no valid name is left. */
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

/** Whether a name is a property of all objects: `constructor`, `__proto__`. */
export const isReservedName = (name: string): boolean => name in Object.prototype || name === "prototype";

/** Check a modality name. @throws {InputError} data/bad-modality-name, which starts with `where` */
export function checkModalityName(name: string, where: string): void {
  if (isModalityName(name)) return;
  const shown = JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
  throw new InputError({
    code: "data/bad-modality-name",
    where,
    problem: pattern.test(name)
      ? `${shown} is taken and cannot name a modality`
      : `${shown} cannot name a modality`,
    expected: "a letter, then letters, digits, _ and -, at most 64 characters in total",
    remedy: "Rename the modality.",
  });
}
