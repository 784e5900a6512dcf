/**
 * The index of runs: what was read from the events of each, in a database, so that a thousand long runs are listed and
 * compared at once. It is a cache: a run whose events have changed is read again, and the file can be removed at any time.
 */

import { readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "libsql";
import { makeFolder } from "../base/make-folder.js";
import { cacheFolder } from "../modality/pretrained/cache.js";
import { EVENTS } from "./run-folder.js";
import { isRun, type RunCurve, type RunRecord, readRun, stateOf } from "./run-record.js";
import { thinned } from "./thinned.js";

/** The version of the tables. Another one's file is made anew. */
const VERSION = 2;

const TABLES = `
  CREATE TABLE IF NOT EXISTS run (path TEXT PRIMARY KEY, size INTEGER, changed REAL, record TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS curve (path TEXT, part TEXT, name TEXT, points TEXT, PRIMARY KEY (path, part, name)) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** Folders above which no run is looked for. */
const DEPTH = 6;

export class RunIndex {
  readonly #database: Database.Database;

  /** Open the index of this user, or that at `path`. */
  constructor(path = join(cacheFolder(), "runs.db")) {
    makeFolder(dirname(path));
    try {
      this.#database = opened(path);
    } catch (error) {
      if ((error as { code?: string }).code === "SQLITE_BUSY") throw error;
      for (const ending of ["", "-wal", "-shm"]) rmSync(`${path}${ending}`, { force: true });
      this.#database = opened(path);
    }
  }

  /** The run of a folder, read anew if its events have changed. */
  run(path: string): RunRecord {
    const { size, mtimeMs: changed } = statSync(join(path, EVENTS));
    const known = this.#database
      .prepare("SELECT record FROM run WHERE path = ? AND size = ? AND changed = ?")
      .get(path, size, changed) as { record: string } | undefined;
    if (!known) return this.#read(path, size, changed);
    const record = JSON.parse(known.record) as RunRecord;
    return { ...record, state: stateOf(path, record.state === "finished", record.error) };
  }

  /** The curves of a run, of at most a few hundred points each. */
  curves(path: string): RunCurve[] {
    this.run(path);
    const rows = this.#database.prepare("SELECT part, name, points FROM curve WHERE path = ?").all(path);
    return (rows as { part: string; name: string; points: string }[]).map(({ part, name, points }) => ({
      part,
      name,
      ...JSON.parse(points),
    }));
  }

  /** Forget everything. */
  clear(): void {
    this.#database.exec("DELETE FROM run; DELETE FROM curve");
  }

  close(): void {
    this.#database.close();
  }

  #read(path: string, size: number, changed: number): RunRecord {
    const { record, curves } = readRun(path);
    const insert = this.#database.prepare("INSERT INTO curve VALUES (?, ?, ?, ?)");
    this.#database.transaction(() => {
      this.#database.prepare("DELETE FROM curve WHERE path = ?").run(path);
      this.#database
        .prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?)")
        .run(path, size, changed, JSON.stringify(record));
      for (const { part, name, ...points } of curves)
        insert.run(path, part, name, JSON.stringify(thinned(points)));
    })();
    return record;
  }
}

function opened(path: string): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL");
  const [{ user_version: version }] = database.prepare("PRAGMA user_version").all() as {
    user_version: number;
  }[];
  if (version === VERSION) return database;
  if (version === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
  else {
    database.close();
    throw new Error(`the index has version ${version}`);
  }
  return database;
}

/** The folders of runs at or below `folder`, in order of their names. Hidden folders and packages are passed by. */
export function findRuns(folder: string, depth = DEPTH): string[] {
  if (isRun(folder)) return [folder];
  if (depth === 0) return [];
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => findRuns(join(folder, name), depth - 1));
}

/** What is in a folder; nothing if it may not be read, or is gone by now. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
