/**
 * The database of a server: one SQLite file (libsql). A write is one transaction that is on the disk before it is
 * acknowledged (WAL, synchronous=FULL). One server at a time holds it, so that tasks in memory are those of the file; other
 * programs may read it meanwhile, to make a backup.
 */

import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "libsql";
import { InputError } from "../base/errors.js";
import { makeFolder } from "../base/make-folder.js";
import { checkRegular } from "../base/regular.js";
import { lock } from "../runs/lock.js";

/** "mtml": marks the file as one of this program. */
const APPLICATION = 0x6d746d6c;

/** The statements that lead from each version of the schema to the next. Released ones are never changed. */
const migrations: readonly string[] = [
  `CREATE TABLE tasks (
     id TEXT PRIMARY KEY, version INTEGER NOT NULL, card TEXT NOT NULL, view TEXT NOT NULL
   ) STRICT;
   CREATE TABLE examples (
     task TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
     id TEXT NOT NULL, body TEXT NOT NULL, vectors BLOB NOT NULL, digest TEXT NOT NULL,
     PRIMARY KEY (task, id)
   ) STRICT;
   CREATE TABLE originals (
     task TEXT NOT NULL, example TEXT NOT NULL, modality TEXT NOT NULL, bytes BLOB NOT NULL,
     PRIMARY KEY (task, example, modality),
     FOREIGN KEY (task, example) REFERENCES examples (task, id) ON DELETE CASCADE
   ) STRICT;
   CREATE TABLE replies (
     key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
     created INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX replies_created ON replies (created);`,
];

/** A database, and what lets another server have it. */
interface Opened {
  readonly database: Database.Database;
  release(): void;
}

/** Open a server's database, and create it if it is not there. @throws {InputError} `serve/database…` */
export function openDatabase(path: string): Opened {
  const where = `--data ${path}`;
  checkRegular(path, where);
  makeFolder(dirname(resolve(path)));
  const unlock = lock(existsSync(path) ? realpathSync(path) : resolve(path));
  if (!unlock) throw held(where);
  try {
    const database = open(path, where);
    const release = () => {
      // All of it in one file, for copies of it.
      database.pragma("wal_checkpoint(TRUNCATE)");
      database.close();
      unlock();
    };
    return { database, release };
  } catch (error) {
    unlock();
    throw error;
  }
}

function open(path: string, where: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    migrate(database, where);
    const [check] = rows<{ quick_check: string }>(database.pragma("quick_check(1)"));
    if (check?.quick_check !== "ok") throw damaged(where, check?.quick_check ?? "it cannot be checked");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof InputError) throw error;
    const { code, message } = error as Error & { code?: string };
    if (code === "SQLITE_BUSY") throw held(where);
    throw damaged(where, message.split("\n")[0]);
  }
}

function migrate(database: Database.Database, where: string): void {
  const numberOf = (name: string) => Object.values(rows<Record<string, number>>(database.pragma(name))[0])[0];
  const version = numberOf("user_version");
  const application = numberOf("application_id");
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get([]);
  const isEmpty = (tables as { count: number }).count === 0;
  if (!isEmpty && application !== APPLICATION) throw damaged(where, "it is a database of another program");
  if (version > migrations.length) throw newer(where, version);
  if (version === migrations.length) return;
  const statements = migrations.slice(version).join("\n");
  database.exec(
    `BEGIN IMMEDIATE; ${statements} PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${migrations.length}; COMMIT;`,
  );
}

/** Rows that a statement of this program selects, whose columns the schema types. */
export const rows = <Row>(found: unknown): Row[] => found as Row[];

const damaged = (where: string, problem: string) =>
  new InputError({
    code: "serve/database",
    where,
    problem,
    expected: "a database that `metamodal serve` wrote, or a free path",
    remedy: "Restore it from a backup (docs/deploy.md), or choose another path.",
  });

const held = (where: string) =>
  new InputError({
    code: "serve/database-in-use",
    where,
    problem: "another process has it open",
    expected: "one server per database",
    remedy: "Stop the other server, or choose another --data.",
  });

const newer = (where: string, version: number) =>
  new InputError({
    code: "serve/database-newer",
    where,
    problem: `its schema has the version ${version}`,
    expected: `at most ${migrations.length}, that of this release`,
    remedy: "Install the release that wrote it, or a later one.",
  });
