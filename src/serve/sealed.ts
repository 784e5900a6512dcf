/** JSON of the database with its checksum in front, so that what has changed on the disk is an error. */

import { createHash } from "node:crypto";
import { InputError } from "../base/errors.js";

const LENGTH = 64;
const digestOf = (text: string | Uint8Array) => createHash("sha256").update(text);

/** A value as JSON with its SHA-256 in front. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value);
  return digestOf(json).digest("hex") + json;
}

/** The value of sealed JSON. @throws {InputError} `serve/damaged-task` if it has changed */
export function unseal<T>(sealed: string, where: string): T {
  const json = sealed.slice(LENGTH);
  if (digestOf(json).digest("hex") !== sealed.slice(0, LENGTH))
    throw damagedTask(where, "its checksum is another than was written");
  return JSON.parse(json);
}

/** The SHA-256 of an example's body and vectors. */
export const exampleDigest = (body: string, vectors: Uint8Array): string =>
  digestOf(body).update("\0").update(vectors).digest("hex");

export const damagedTask = (where: string, problem: string) =>
  new InputError({
    code: "serve/damaged-task",
    where,
    problem,
    expected: "what was written to the database",
    remedy: "Delete the task and teach it again, or restore the database from a backup.",
  });
