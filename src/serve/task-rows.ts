/** A task as rows of the database: a card, and a row per example with its checksum. */

import type Database from "libsql";
import { sha256 } from "../base/sha256.js";
import { faultOf } from "../teach/check-file.js";
import type { TaskFile } from "../teach/file.js";
import { checkEncoders, type Encoders, encodersOf } from "../teach/identities.js";
import { canonical } from "../teach/merge.js";
import { rows } from "./database.js";
import { decodeEmbedded, decodeSupport, encodeExample } from "./example-rows.js";
import type { TaskView } from "./schemas.js";
import { damagedTask, exampleDigest, seal, unseal } from "./sealed.js";
import { type AdaptedFile, isAdapted, type StoredTask } from "./stored.js";

interface Sealed {
  /** SHA-256 of the checksums of all examples, so that a lost one is noticed. */
  readonly digest: string;
}
interface TaughtCard extends Omit<TaskFile, "examples" | "originals">, Sealed {
  readonly encoders: Encoders;
}
interface AdaptedCard extends Omit<AdaptedFile, "examples">, Sealed {}

interface Row {
  readonly id: string;
  readonly body: string;
  readonly vectors: ArrayBuffer;
  readonly digest: string;
}

/** Write a task's card and view, and the examples that differ from those `before`. To be called in a transaction. */
export function writeTask(
  database: Database.Database,
  view: TaskView,
  stored: StoredTask,
  before: StoredTask["examples"],
): void {
  const kept = new Set(stored.examples.map(({ id }) => id));
  const known = new Set(before.map(({ id }) => id));
  const remove = database.prepare("DELETE FROM examples WHERE task = ? AND id = ?");
  for (const { id } of before) if (!kept.has(id)) remove.run([view.id, id]);
  const insert = database.prepare(
    "INSERT INTO examples (task, id, body, vectors, digest) VALUES (?, ?, ?, ?, ?)",
  );
  const added = stored.examples.filter(({ id }) => !known.has(id));
  for (const example of added) {
    const { body, bytes } = encodeExample(example);
    insert.run([view.id, example.id, body, bytes, exampleDigest(body, bytes)]);
  }
  if (!isAdapted(stored)) keepOriginals(database, view.id, stored, added);
  const card = seal({ ...cardOf(stored), digest: setDigest(database, view.id) });
  database
    .prepare(
      `INSERT INTO tasks (id, version, card, view) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, card = excluded.card, view = excluded.view`,
    )
    .run([view.id, view.version, card, seal(view)]);
}

function cardOf(stored: StoredTask): Omit<TaughtCard, "digest"> | Omit<AdaptedCard, "digest"> {
  if (isAdapted(stored)) {
    const { examples: _, ...card } = stored;
    return card;
  }
  const { examples: _, originals: __, ...card } = stored;
  return { ...card, encoders: encodersOf(stored) };
}

function keepOriginals(
  database: Database.Database,
  task: string,
  { originals }: TaskFile,
  examples: readonly { readonly id: string }[],
): void {
  const keep = database.prepare("INSERT INTO originals (task, example, modality, bytes) VALUES (?, ?, ?, ?)");
  for (const { id } of examples)
    for (const [modality, value] of Object.entries(originals?.get(id) ?? {}))
      keep.run([task, id, modality, Buffer.from(value)]);
}

/** The SHA-256 of the checksums of a task's examples. */
function setDigest(database: Database.Database, id: string): string {
  const found = rows<{ digest: string }>(
    database.prepare("SELECT digest FROM examples WHERE task = ? ORDER BY id").all([id]),
  );
  return sha256(found.map(({ digest }) => digest).join());
}

/** Read a task; undefined if there is none. @throws {InputError} `serve/damaged-task`, `task/other-encoders` */
export function readTask(database: Database.Database, id: string): StoredTask | undefined {
  const where = `task "${id}"`;
  const row = database.prepare("SELECT card FROM tasks WHERE id = ?").get([id]);
  if (row === undefined) return undefined;
  const { digest, ...card } = unseal<TaughtCard | AdaptedCard>((row as { card: string }).card, where);
  if (!isAdapted(card)) checkEncoders(card.encoders, where);
  const found = rows<Row>(
    database.prepare("SELECT id, body, vectors, digest FROM examples WHERE task = ? ORDER BY id").all([id]),
  ).map((example) => checked(example, where));
  if (setDigest(database, id) !== digest) throw damagedTask(where, "some of its examples are lost");
  if (isAdapted(card))
    return { ...card, examples: found.map(({ body, bytes }) => decodeSupport(body, bytes)) };
  const { encoders, ...rest } = card;
  const examples = canonical(
    found.map((example) => decodeEmbedded(example.body, example.bytes, `${where}, example "${example.id}"`)),
  );
  const fault = faultOf({ ...rest, encoders, examples });
  if (fault !== undefined) throw damagedTask(where, fault);
  const originals = originalsOf(database, id);
  return { ...rest, examples, ...(originals && { originals }) };
}

function checked({ id, body, vectors, digest }: Row, where: string) {
  const bytes = new Uint8Array(vectors);
  if (exampleDigest(body, bytes) !== digest)
    throw damagedTask(where, `the checksum of example "${id}" is another than was written`);
  return { id, body, bytes };
}

function originalsOf(database: Database.Database, id: string): TaskFile["originals"] {
  const found = rows<{ example: string; modality: string; bytes: ArrayBuffer }>(
    database.prepare("SELECT example, modality, bytes FROM originals WHERE task = ?").all([id]),
  );
  if (found.length === 0) return undefined;
  const originals = new Map<string, Record<string, Uint8Array>>();
  for (const { example, modality, bytes } of found)
    originals.set(example, { ...originals.get(example), [modality]: new Uint8Array(bytes) });
  return originals;
}
