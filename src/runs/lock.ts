/**
 * A lock on a path, held by one process at a time: an exclusive transaction on an empty database file beside the path. The
 * operating system ends it with the process, so a crash leaves an unlocked file, which the next holder removes.
 */

import { existsSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "libsql";
import { shortDigest } from "../base/aside.js";

/** Milliseconds that a lock waits for one that is only being looked at. */
const WAIT = 200;

/** The name of the lock of `path`, beside it. */
const lockOf = (path: string): string =>
  join(dirname(path), `.metamodal-lock-${shortDigest(basename(path))}`);

/** Lock `path`, whose folder must exist. Returns what unlocks it; undefined if another process, or this one, holds it. */
export function lock(path: string): (() => void) | undefined {
  const at = lockOf(path);
  const identity = () => statSync(at, { bigint: true, throwIfNoEntry: false })?.ino;
  for (;;) {
    const before = identity();
    const database = new Database(at, { timeout: WAIT });
    try {
      database.exec("PRAGMA journal_mode = OFF");
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if ((error as { code?: string }).code === "SQLITE_BUSY") return undefined;
      throw error;
    }
    // A holder before may have removed the file between these lines: then the lock is on a file that nobody sees. One that
    // was not there is now, and is checked in the next round.
    if (before !== undefined && identity() === before)
      return () => {
        rmSync(at, { force: true });
        database.close();
      };
    database.close();
  }
}

/** Whether a process holds the lock of `path`. It reads only, so that the process that asks holds nothing. */
export function isLocked(path: string): boolean {
  const at = lockOf(path);
  if (!existsSync(at)) return false;
  try {
    const database = new Database(at, { timeout: 0, readonly: true });
    try {
      database.prepare("SELECT name FROM sqlite_master").all();
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    return (error as { code?: string }).code === "SQLITE_BUSY";
  }
}
