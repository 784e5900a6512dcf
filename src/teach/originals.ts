/** The bytes of the examples' values, kept in a task's file if asked for. */

import type { Dataset } from "../data/index.js";
import { Media } from "../modality/index.js";

/** Bytes by id and modality: of a media file as they are, of a text as UTF-8, of any other value as JSON. */
export type Originals = ReadonlyMap<string, Readonly<Record<string, Uint8Array>>>;

/** The bytes of the rows whose id is in `renamed`, under the id that it gives them. */
export async function originalsOf(
  { rows }: Dataset,
  renamed: ReadonlyMap<string, string>,
): Promise<Originals> {
  const originals = new Map<string, Record<string, Uint8Array>>();
  for (const { id, values } of rows) {
    const name = renamed.get(id);
    if (name === undefined) continue;
    const kept: Record<string, Uint8Array> = {};
    for (const [modality, value] of Object.entries(values)) kept[modality] = await bytesOf(value);
    originals.set(name, kept);
  }
  return originals;
}

async function bytesOf(value: unknown): Promise<Uint8Array> {
  if (value instanceof Media) return value.read();
  if (value instanceof Uint8Array) return value;
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return new TextEncoder().encode(text);
}
