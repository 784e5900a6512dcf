/** The bearer token of a server: read from a file, long enough, and compared in constant time. */

import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { checkRegular } from "../base/regular.js";

const LEAST_BITS = 128;

/** Read a token. @throws {InputError} `serve/weak-token` for one of fewer than 128 bits */
export function readToken(path: string): string {
  const where = `--token-file ${path}`;
  checkRegular(path, where);
  const token = readFileSync(path, "utf8").trim();
  const bitsPerCharacter = /^[0-9a-f]*$/i.test(token) ? 4 : 6;
  const isVaried = new Set(token).size >= 8;
  if (/^[\w.~+/=-]+$/.test(token) && isVaried && token.length * bitsPerCharacter >= LEAST_BITS) return token;
  throw new InputError({
    code: "serve/weak-token",
    where,
    problem: "its content is not a token of at least 128 bits",
    expected: "32 random hexadecimal digits, or 22 of base64",
    remedy: `Make one: head -c 32 /dev/urandom | base64 > ${path}`,
  });
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whether a header `Authorization` carries the token, in a time that does not depend on where they differ. */
export function carries(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}
