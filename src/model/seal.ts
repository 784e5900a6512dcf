/**
 * SHA-256 digests in cards: of the files that a card describes, and of the card itself, so that damage to a folder is found
 * when it is read, and does not become other predictions.
 */

import { InputError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { FORMAT_VERSION } from "./migration.js";

/** The first format version whose cards have digests. */
const SEALED_SINCE = 3;

/** SHA-256 in hexadecimal by file name. */
type Digests = Readonly<Record<string, unknown>>;

/** The text of a card with the digests of `files`, contents by name, and as its last field its own. */
export function sealCard(card: object, files: Readonly<Record<string, Uint8Array>>): string {
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  const whole = { ...card, digests };
  return `${JSON.stringify({ ...whole, sha256: sha256(JSON.stringify(whole)) }, null, 2)}\n`;
}

/**
 * The digests that a card states of other files; none in cards of earlier versions and in texts that are no card of a known
 * version, which their readers refuse.
 *
 * @throws {InputError} `model/damaged` for a card that is not as it was written
 */
export function openSeal(text: string, where: string): Digests {
  const json = parsed(text);
  const { sha256: stated, ...whole } = json;
  const { version, digests } = whole;
  if (typeof version !== "number" || version > FORMAT_VERSION) return {};
  if (stated === undefined && version < SEALED_SINCE) return {};
  if (stated !== sha256(JSON.stringify(whole)) || typeof digests !== "object") throw damaged(where, "it");
  return { ...digests };
}

/** Throw an `InputError` (`model/damaged`) unless a file is the one that its card states; any if the card states none. */
export function checkDigest(bytes: Uint8Array, name: string, digests: Digests, where: string): void {
  if (Object.keys(digests).length > 0 && digests[name] !== sha256(bytes)) throw damaged(where, "its card");
}

function parsed(text: string): Record<string, unknown> {
  try {
    const json = JSON.parse(text);
    return typeof json === "object" && json !== null ? json : {};
  } catch {
    return {};
  }
}

const damaged = (where: string, who: string) =>
  new InputError({
    code: "model/damaged",
    where,
    problem: `the file is damaged or was edited: its SHA-256 is not the one that ${who} states`,
    expected: "the file as metamodal wrote it",
    remedy: "Copy the folder again from its source, or make it again.",
  });
