/**
 * Where files may be written. A path is resolved once, by walking it as the operating system does: a link is followed
 * before `..` is applied, so that `link/../x` is beside what the link points to. A part that does not exist cannot be
 * a link, so `..` after it takes it away again. All that is checked, moved or removed is this resolved path.
 */

import { accessSync, constants, type Dirent, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, parse, sep } from "node:path";
import { isDraft } from "./aside.js";
import { InputError, type InputErrorParts } from "./errors.js";

/** The parts of an error about a path besides the problem and what is expected. */
export type PlaceContext = Pick<InputErrorParts, "code" | "where" | "remedy">;

/** A kind of folder that metamodal writes. */
export interface FolderKind {
  /** Description of the allowed paths in errors: `a free path, or a model folder to replace`. */
  readonly expected: string;
  /**
   * A test of the paths inside `folder` that metamodal writes itself: `alone/image/model.json`, and `alone/image/` for
   * a folder. Undefined if `folder` is not of this kind.
   */
  readonly contents: (folder: string) => ((path: string) => boolean) | undefined;
  /** Problem in errors about a folder of another kind. */
  readonly otherKind?: string;
}

/** A folder that may be written. */
export interface FolderPlace {
  /** Absolute, without links. */
  readonly path: string;
  /** Present contents: files, and folders (`alone/`) after their contents; undefined if the folder does not exist. */
  readonly entries?: readonly string[];
}

/**
 * Resolve a path for a folder of `kind`. Throws an `InputError` unless it is free, empty, or of this kind with nothing
 * else in it. The current folder, the home folder, their parents and the root are never such a place.
 */
export function folderPlace(given: string, kind: FolderKind, context: PlaceContext): FolderPlace {
  const { expected } = kind;
  const fail = failing(context, expected);
  const path = resolvePlace(given, context, expected);
  const found = lstatSync(path, { throwIfNoEntry: false });
  const parent = found ? dirname(path) : existingParent(path);
  if (!statSync(parent).isDirectory()) return fail(`${parent} is no folder`, "a path inside a folder");
  if (!found) {
    checkWritable(parent, fail);
    return { path };
  }
  if (!found.isDirectory()) return fail(kind.otherKind ?? "something else is there");
  if (isProtected(path)) return fail("it is the current or the home folder, or one that holds it");
  checkWritable(parent, fail);
  checkWritable(path, fail);
  if (readdirSync(path).length === 0) return { path, entries: [] };
  const isOwn = kind.contents(path);
  if (!isOwn) return fail(kind.otherKind ?? "something else is there");
  const entries: string[] = [];
  const visit = (inner: string) => {
    for (const entry of readdirSync(join(path, inner), { withFileTypes: true })) {
      const name = `${inner}${entry.name}${entry.isDirectory() ? "/" : ""}`;
      if (!isWritten(entry, name, isOwn)) fail(`it holds ${name}, which metamodal did not write there`);
      if (entry.isDirectory()) {
        checkWritable(join(path, name), fail);
        visit(name);
      }
      entries.push(name);
    }
  };
  visit("");
  return { path, entries };
}

const isWritten = (entry: Dirent, name: string, isOwn: (path: string) => boolean): boolean =>
  (entry.isDirectory() || entry.isFile()) && (isOwn(name) || (entry.isFile() && isDraft(entry.name)));

/**
 * Resolve a path for one file. Throws an `InputError` unless it is free or `isOwn` accepts the file that is there, and
 * unless its folder exists.
 */
export function filePlace(given: string, isOwn: (path: string) => boolean, context: PlaceContext): string {
  const fail = failing(context, "a free path, or a file that metamodal wrote there");
  const path = resolvePlace(given, context, "a file in a folder that exists");
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return fail(`there is no folder ${dirname(given)}`, "a file in a folder that exists");
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || /[/\\]\.{0,2}$/.test(given)) return fail("it is a folder", "a file");
  if (found && !(found.isFile() && isOwn(path))) return fail("something else is there");
  checkWritable(folder, fail);
  return path;
}

/**
 * The absolute path, without links, that `given` leads to, whether it exists or not. Throws an `InputError` if it leads
 * nowhere: it is empty, a link in it points to nothing, or a part of it is a file.
 */
export function resolvePlace(given: string, context: PlaceContext, expected = "a path"): string {
  const fail = failing(context, expected);
  if (typeof given !== "string") return fail(`the path is ${typeof given}`, "a path as text");
  if (given === "") return fail("the path is empty");
  if (given.includes("\0")) return fail("the path holds a NUL character");
  const { root } = parse(given);
  let path = isAbsolute(given) ? realpathSync(root) : currentFolder();
  if (path === "") return fail("the current folder was removed", "an absolute path");
  try {
    for (const part of given.slice(root.length).split(sep === "\\" ? /[/\\]/ : "/")) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false) throw notFolder(path);
        path = dirname(path);
      } else {
        const next = join(path, part);
        path = lstatSync(next, { throwIfNoEntry: false }) ? realpathSync(next) : next;
      }
    }
  } catch (error) {
    const { code, path: at = path } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return fail(`${fileIn(at)} is no folder`, "a path inside a folder");
    if (code === "ENAMETOOLONG") return fail("the name is too long for this file system");
    if (code === "ELOOP") return fail(`the link ${at} leads round in a circle`);
    if (code === "ENOENT") return fail(`the link ${at} points to nothing`);
    return fail(`it cannot be reached (${code ?? (error as Error).message})`);
  }
  return path;
}

const notFolder = (path: string) => Object.assign(new Error("not a folder"), { code: "ENOTDIR", path });

/** The file that stands where a folder of `path` should be. */
function fileIn(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === false || at === dirname(at)) return at;
    } catch {
      // A path below a file cannot be examined.
    }
  }
}

/** The nearest folder above a path that exists. */
function existingParent(path: string): string {
  let parent = dirname(path);
  while (!lstatSync(parent, { throwIfNoEntry: false })) parent = dirname(parent);
  return parent;
}

/** Whether `path` is the current folder, the home folder, or holds one of them. Compared by identity: names may differ. */
function isProtected(path: string): boolean {
  const own = statSync(path, { bigint: true });
  return [currentFolder(), homedir()].filter(Boolean).some((start) => {
    for (let at = start; ; at = dirname(at)) {
      const stats = statSync(at, { bigint: true, throwIfNoEntry: false });
      if (stats && stats.dev === own.dev && stats.ino === own.ino) return true;
      if (at === dirname(at)) return false;
    }
  });
}

/** Empty if the current folder has been removed. */
function currentFolder(): string {
  try {
    return realpathSync(process.cwd());
  } catch {
    return "";
  }
}

type Fail = (problem: string, expected?: string) => never;

const failing =
  (context: PlaceContext, usual: string): Fail =>
  (problem, expected = usual) => {
    throw new InputError({ ...context, problem, expected });
  };

function checkWritable(folder: string, fail: Fail): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    fail(`${folder} cannot be written`, "a folder you may write");
  }
}
