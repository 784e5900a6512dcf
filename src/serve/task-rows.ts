/** A task as rows of the database: a card, and a row per example with its vectors and their checksum. */

import type Database from "libsql";
import { float32, type NDArray } from "../base/array.js";
import { decodeSafetensors, encodeSafetensors } from "../base/safetensors.js";
import { sha256 } from "../base/sha256.js";
import { faultOf } from "../teach/check-file.js";
import type { TaskFile } from "../teach/file.js";
import { checkEncoders, type Encoders, encodersOf } from "../teach/identities.js";
import { canonical } from "../teach/merge.js";
import type { EmbeddedExample } from "../teach/types.js";
import { rows } from "./database.js";
import type { TaskView } from "./schemas.js";
import { damagedTask, exampleDigest, seal, unseal } from "./sealed.js";

interface Card extends Omit<TaskFile, "examples" | "originals"> {
  readonly encoders: Encoders;
  /** SHA-256 of the checksums of all examples, so that a lost one is noticed. */
  readonly digest: string;
}

interface ExampleRow {
  readonly id: string;
  readonly body: string;
  readonly vectors: ArrayBuffer;
  readonly digest: string;
}

/** Write a task's card and view, and the examples that differ from those `before`. To be called in a transaction. */
export function writeTask(
  database: Database.Database,
  view: TaskView,
  file: TaskFile,
  before: readonly EmbeddedExample[],
): void {
  const { examples, originals, ...rest } = file;
  const kept = new Set(examples.map(({ id }) => id));
  const known = new Set(before.map(({ id }) => id));
  const remove = database.prepare("DELETE FROM examples WHERE task = ? AND id = ?");
  for (const { id } of before) if (!kept.has(id)) remove.run([view.id, id]);
  const insert = database.prepare(
    "INSERT INTO examples (task, id, body, vectors, digest) VALUES (?, ?, ?, ?, ?)",
  );
  const keep = database.prepare("INSERT INTO originals (task, example, modality, bytes) VALUES (?, ?, ?, ?)");
  for (const example of examples) {
    if (known.has(example.id)) continue;
    const { vectors, ...body } = example;
    const text = JSON.stringify(body);
    const bytes = encodeVectors(vectors);
    insert.run([view.id, example.id, text, bytes, exampleDigest(text, bytes)]);
    for (const [modality, value] of Object.entries(originals?.get(example.id) ?? {}))
      keep.run([view.id, example.id, modality, Buffer.from(value)]);
  }
  const card: Card = { ...rest, encoders: encodersOf(file), digest: setDigest(database, view.id) };
  database
    .prepare(
      `INSERT INTO tasks (id, version, card, view) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, card = excluded.card, view = excluded.view`,
    )
    .run([view.id, view.version, seal(card), seal(view)]);
}

/** The SHA-256 of the checksums of a task's examples. */
function setDigest(database: Database.Database, id: string): string {
  const found = rows<{ digest: string }>(
    database.prepare("SELECT digest FROM examples WHERE task = ? ORDER BY id").all([id]),
  );
  return sha256(found.map(({ digest }) => digest).join());
}

/** Read a task; undefined if there is none. @throws {InputError} `serve/damaged-task`, `task/other-encoders` */
export function readTask(database: Database.Database, id: string): TaskFile | undefined {
  const where = `task "${id}"`;
  const row = database.prepare("SELECT card FROM tasks WHERE id = ?").get([id]);
  if (row === undefined) return undefined;
  const { encoders, digest, ...card } = unseal<Card>((row as { card: string }).card, where);
  checkEncoders(encoders, where);
  const found = rows<ExampleRow>(
    database.prepare("SELECT id, body, vectors, digest FROM examples WHERE task = ?").all([id]),
  );
  const examples = canonical(found.map((example) => decodeExample(example, where)));
  if (setDigest(database, id) !== digest) throw damagedTask(where, "some of its examples are lost");
  const fault = faultOf({ ...card, encoders, examples });
  if (fault !== undefined) throw damagedTask(where, fault);
  const originals = originalsOf(database, id);
  return { ...card, examples, ...(originals && { originals }) };
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

function encodeVectors(vectors: EmbeddedExample["vectors"]): Buffer {
  const arrays: Record<string, NDArray> = {};
  for (const [expert, vector] of Object.entries(vectors)) arrays[expert] = float32(vector, [vector.length]);
  return Buffer.from(encodeSafetensors({ arrays, metadata: {} }));
}

function decodeExample({ id, body, vectors, digest }: ExampleRow, where: string): EmbeddedExample {
  const bytes = new Uint8Array(vectors);
  if (exampleDigest(body, bytes) !== digest)
    throw damagedTask(where, `the checksum of example "${id}" is another than was written`);
  const { arrays } = decodeSafetensors(bytes, `${where}, example "${id}"`);
  const decoded = Object.entries(arrays).map(([expert, { data }]) => [expert, Float32Array.from(data)]);
  return { ...JSON.parse(body), vectors: Object.fromEntries(decoded) };
}
