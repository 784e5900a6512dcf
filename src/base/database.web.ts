/** What a page keeps by name in the browser's database (IndexedDB) of its origin: tasks and models, as bytes. */

import { InputError } from "./errors.js";

const DATABASE = "metamodal";
/** Version 1 has tasks only. */
const VERSION = 2;
const stores = ["tasks", "models"] as const;

/** A kind of what is kept. */
export type Store = (typeof stores)[number];

/** What is kept under a name; undefined if nothing is. @throws {InputError} `STORE/not-kept` if the database cannot be used */
export async function kept(store: Store, name: string): Promise<Uint8Array | undefined> {
  const bytes: unknown = await inStore(store, "readonly", (opened) => opened.get(name));
  return bytes instanceof Uint8Array ? bytes : undefined;
}

/** The names of all that is kept. */
export const keptNames = async (store: Store): Promise<string[]> =>
  (await inStore(store, "readonly", (opened) => opened.getAllKeys())).map(String);

/** Keep bytes under a name, in place of others of that name. @throws {InputError} as {@link kept} */
export async function keep(store: Store, name: string, bytes: Uint8Array): Promise<void> {
  await inStore(store, "readwrite", (opened) => opened.put(bytes, name));
}

/** The result of one request to a store. */
async function inStore<Result>(
  store: Store,
  mode: IDBTransactionMode,
  request: (opened: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  try {
    const opening = indexedDB.open(DATABASE, VERSION);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      for (const each of stores) if (!result.objectStoreNames.contains(each)) result.createObjectStore(each);
    };
    const database = await resultOf(opening);
    try {
      const transaction = database.transaction(store, mode);
      const result = await resultOf(request(transaction.objectStore(store)));
      await committed(transaction);
      return result;
    } finally {
      database.close();
    }
  } catch (error) {
    throw notKept(store, error as Error);
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

const notKept = (store: Store, cause: Error) => {
  const what = store === "tasks" ? "task" : "model";
  return new InputError(
    {
      code: `${what}/not-kept`,
      where: "the browser's database",
      problem: `it cannot be used (${cause.message})`,
      expected: `room for the ${what}, and a page that may keep data`,
      remedy: `Free space, leave private browsing, or keep the ${what} as a file.`,
    },
    { cause },
  );
};
