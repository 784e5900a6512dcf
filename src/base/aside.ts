/**
 * Names beside a path: drafts that are being written, and folders that wait to be removed. A name holds the host and the
 * process that made it, which separates what a killed process left from what another one is writing.
 */

import { randomUUID } from "node:crypto";
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { sha256 } from "./sha256.js";

/** Start of the names of files and folders that are still being written, or wait to be removed. */
const ASIDE = ".metamodal-";

/** Milliseconds after which what another host's process made counts as left behind. */
const LEFT_AFTER = 24 * 3600 * 1000;

/** Eight digits that stand for a text in names. */
export const shortDigest = (text: string): string => sha256(text).slice(0, 8);

/** A new name beside `path`: of a draft of it, or of what was there. */
export const asideOf = (path: string, what: "writing" | "old"): string =>
  join(
    dirname(path),
    `${ASIDE}${what}-${shortDigest(basename(path))}-${shortDigest(hostname())}-${process.pid}-${randomUUID()}`,
  );

/** Whether a file name is that of a draft. */
export const isDraft = (name: string): boolean => name.startsWith(`${ASIDE}writing-`);

/**
 * Remove the drafts of `path` that killed processes left beside it, and return the paths of what they had moved aside, the
 * newest first.
 */
export function clearAside(path: string): readonly string[] {
  const folder = dirname(path);
  const of = `${shortDigest(basename(path))}-`;
  const left = readdirSync(folder).flatMap((name) => {
    const [, what, writer] =
      /^(writing|old)-(.*)$/.exec(name.startsWith(ASIDE) ? name.slice(ASIDE.length) : "") ?? [];
    const at = join(folder, name);
    return writer?.startsWith(of) && isLeft(at, writer.slice(of.length)) ? [{ what, at }] : [];
  });
  for (const { what, at } of left) if (what === "writing") rmSync(at, { recursive: true, force: true });
  const old = left.filter(({ what }) => what === "old").map(({ at }) => ({ at, time: changedAt(at) ?? 0 }));
  return old.sort((a, b) => b.time - a.time).map(({ at }) => at);
}

/** Whether the process that made a name has ended; that of another host is not known, so its names are left after a day. */
function isLeft(path: string, writer: string): boolean {
  const [host, pid] = writer.split("-");
  if (host === shortDigest(hostname())) return !isRunning(Number(pid));
  const time = changedAt(path);
  return time !== undefined && Date.now() - time > LEFT_AFTER;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const changedAt = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.ctimeMs;
