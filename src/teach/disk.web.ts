/** Task files in a page: by name in the browser's database (IndexedDB) of the page's origin. */

import { InputError } from "../base/errors.js";
import { decodeTaskFile, encodeTaskFile, type TaskFile } from "./file.js";

const DATABASE = "metamodal";
const STORE = "tasks";

/** Read the task of a name. @throws {InputError} `task/no-such-task`, and as `decodeTaskFile` does */
export async function readTaskFile(name: string): Promise<TaskFile> {
  const bytes: unknown = await inStore("readonly", (store) => store.get(name));
  if (bytes instanceof Uint8Array) return decodeTaskFile(bytes, name);
  const names = await inStore("readonly", (store) => store.getAllKeys());
  throw noSuchTask(name, names.map(String));
}

/** Keep a task under a name, in place of another of that name. @throws {InputError} task/not-kept if there is no room */
export async function writeTaskFile(name: string, file: TaskFile): Promise<void> {
  await inStore("readwrite", (store) => store.put(encodeTaskFile(file), name));
}

/** The result of one request to the store. */
async function inStore<Result>(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  try {
    const database = await resultOf(opening);
    try {
      const transaction = database.transaction(STORE, mode);
      const result = await resultOf(request(transaction.objectStore(STORE)));
      await committed(transaction);
      return result;
    } finally {
      database.close();
    }
  } catch (error) {
    throw notKept(error as Error);
  }
}

const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

const noSuchTask = (name: string, names: readonly string[]) =>
  new InputError({
    code: "task/no-such-task",
    where: "loadTask",
    problem: `this page has no task "${name}"`,
    expected: names.length > 0 ? `one of ${names.slice(0, 10).join(", ")}` : "the name of a saved task",
    remedy: "Correct the name, or teach the task and save it.",
  });

const notKept = (cause: Error) =>
  new InputError(
    {
      code: "task/not-kept",
      where: "the browser's database",
      problem: `it cannot be used (${cause.message})`,
      expected: "room for the task, and a page that may keep data",
      remedy: "Free space, leave private browsing, or keep the task as a file.",
    },
    { cause },
  );
