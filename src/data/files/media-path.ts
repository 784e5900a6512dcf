/** Validates media paths, and the error of a path without a file. */

import { InputError } from "../../base/errors.js";

/** Check a media path. @throws {InputError} for a URL, an absolute path, backslashes, or a path that leaves the data */
export function checkPath(path: string, where: string, exists: (path: string) => boolean): void {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) throw address(path, where);
  if (path.includes("\0")) throw outside(path, where);
  if (/^[a-z]:[\\/]/i.test(path) || path.includes("\\")) {
    const parts = path.replace(/^[a-z]:/i, "").split(/[\\/]+/);
    throw backslash(path, where, tailOf(parts, exists));
  }
  if (path.startsWith("/")) throw outside(path, where, tailOf(path.split("/"), exists));
  if (path.split("/").includes("..")) throw outside(path, where);
}

/** The longest suffix of a path that is the path of a file. */
function tailOf(parts: readonly string[], exists: (path: string) => boolean): string | undefined {
  for (let from = 0; from < parts.length; from++) {
    const tail = parts.slice(from).join("/");
    if (tail !== "" && parts[from] !== "" && !parts.slice(from).includes("..") && exists(tail)) return tail;
  }
  return undefined;
}

const writeInstead = (path: string | undefined, otherwise: string) =>
  path === undefined ? otherwise : `Write ${path}: paths start in the data folder.`;

/** The error of a path without a file; `near` is a similar path that has one. */
export const missingFile = (path: string, where: string, problem: string, near: string | undefined) =>
  new InputError({
    code: "data/missing-file",
    where,
    problem,
    expected: "a file in the data folder, or a member of an archive there (shard.tar/name)",
    remedy: writeInstead(near, `Add ${path}, or leave the field out.`),
  });

const outside = (path: string, where: string, tail?: string) =>
  new InputError({
    code: "data/path-outside",
    where,
    problem: `"${path}" leaves the data folder`,
    expected: "a relative path, with forward slashes, inside the data folder",
    remedy: writeInstead(tail, "Copy the file into the data folder."),
  });

const backslash = (path: string, where: string, tail?: string) =>
  new InputError({
    code: "data/backslash",
    where,
    problem: `"${path}" has a backslash or a drive`,
    expected: "a relative path with forward slashes",
    remedy: writeInstead(tail, "Write forward slashes, or rename the file or folder."),
  });

const address = (path: string, where: string) =>
  new InputError({
    code: "data/url",
    where,
    problem: `"${path}" is a URL`,
    expected: "a file in the data folder: nothing is downloaded",
    remedy: "Download the files, and write their paths.",
  });
