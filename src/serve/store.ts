/** Tasks and remembered replies in the database; every write is one transaction. */

import type Database from "libsql";
import { openDatabase, rows } from "./database.js";
import type { ExamplePage, TaskPage, TaskView } from "./schemas.js";
import { unseal } from "./sealed.js";
import type { StoredTask } from "./stored.js";
import { readTask, writeTask } from "./task-rows.js";

/** The reply to a write, which is given again if the request is. */
export interface KeptReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds for which replies are remembered. */
const REMEMBERED = 24 * 3600 * 1000;

export class Store {
  readonly #database: Database.Database;
  readonly #release: () => void;

  constructor(path: string) {
    const { database, release } = openDatabase(path);
    this.#database = database;
    this.#release = release;
  }

  /** Run `work` as one transaction, which is on the disk when this returns. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  count(): number {
    const row = this.#database.prepare("SELECT count(*) AS count FROM tasks").get([]);
    return (row as { count: number }).count;
  }

  /** The view of a task; undefined if there is none. */
  view(id: string): TaskView | undefined {
    const row = this.#database.prepare("SELECT view FROM tasks WHERE id = ?").get([id]);
    return row === undefined ? undefined : unseal((row as { view: string }).view, `task "${id}"`);
  }

  /** Views of tasks in the order of ids, `limit` from the one after `after` on. */
  views(after: string, limit: number): TaskPage {
    const found = rows<{ view: string }>(
      this.#database
        .prepare("SELECT view FROM tasks WHERE id > ? ORDER BY id LIMIT ?")
        .all([after, limit + 1]),
    );
    const tasks = found.slice(0, limit).map(({ view }) => unseal<TaskView>(view, "a task"));
    return { tasks, ...(found.length > limit && { next: tasks.at(-1)!.id }) };
  }

  /** Ids and labels of a task's examples in the order of ids. */
  examples(task: string, after: string, limit: number): ExamplePage {
    const found = rows<{ body: string }>(
      this.#database
        .prepare("SELECT body FROM examples WHERE task = ? AND id > ? ORDER BY id LIMIT ?")
        .all([task, after, limit + 1]),
    );
    const examples = found.slice(0, limit).map(({ body }) => {
      const { id, label, target } = JSON.parse(body);
      return { id, label, target };
    });
    return { examples, ...(found.length > limit && { next: examples.at(-1)!.id }) };
  }

  read(id: string): StoredTask | undefined {
    return readTask(this.#database, id);
  }

  write(view: TaskView, stored: StoredTask, before: StoredTask["examples"]): void {
    writeTask(this.#database, view, stored, before);
  }

  /** Delete a task; whether it was there. */
  delete(id: string): boolean {
    return this.#database.prepare("DELETE FROM tasks WHERE id = ?").run([id]).changes > 0;
  }

  /** The remembered reply of a key with a digest of its request. */
  reply(key: string): (KeptReply & { readonly request: string }) | undefined {
    const row = this.#database
      .prepare("SELECT request, status, headers, body FROM replies WHERE key = ? AND created > ?")
      .get([key, Date.now() - REMEMBERED]);
    if (row === undefined) return undefined;
    const { headers, ...rest } = row as { request: string; status: number; headers: string; body: string };
    return { ...rest, headers: JSON.parse(headers) };
  }

  /** Remember a reply, and forget old ones. To be called in the transaction of the write. */
  keepReply(key: string, request: string, { status, headers, body }: KeptReply): void {
    this.#database.prepare("DELETE FROM replies WHERE created <= ?").run([Date.now() - REMEMBERED]);
    this.#database
      .prepare(
        "INSERT OR REPLACE INTO replies (key, request, status, headers, body, created) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run([key, request, status, JSON.stringify(headers), body, Date.now()]);
  }

  close(): void {
    this.#release();
  }
}
