/** JSON of the database with its checksum in front, so that what has changed on the disk is an error. */

import { InputError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";

const LENGTH = 64;

/** A value as JSON with its SHA-256 in front. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value);
  return sha256(json) + json;
}

/** The value of sealed JSON. @throws {InputError} `serve/damaged-task` if it has changed */
export function unseal<T>(sealed: string, where: string): T {
  const json = sealed.slice(LENGTH);
  if (sha256(json) !== sealed.slice(0, LENGTH))
    throw damagedTask(where, "its checksum is another than was written");
  return JSON.parse(json);
}

/** The SHA-256 of an example's body and vectors. */
export const exampleDigest = (body: string, vectors: Uint8Array): string => sha256(body, "\0", vectors);

export const damagedTask = (where: string, problem: string) =>
  new InputError({
    code: "serve/damaged-task",
    where,
    problem,
    expected: "what was written to the database",
    remedy: "Delete the task and teach it again, or restore the database from a backup.",
  });
