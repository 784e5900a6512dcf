/** Examples of a request as examples of the library. */

import { sha256 } from "../base/sha256.js";
import type { Example, ModalityDeclarations } from "../data/index.js";
import { Refusal } from "./refusal.js";
import type { LabelledExample, Query } from "./schemas.js";

type Given = LabelledExample | Query;

/** Fields of an example that are no modalities. */
const fields: readonly string[] = ["id", "label", "group"];

/**
 * The examples with bytes in place of base64. One without an id gets a digest of its label and values, so that the same
 * example is the same one when it is sent again.
 *
 * @throws {Refusal} `serve/bad-base64`, `serve/same-id`
 */
export function examplesOf(given: readonly Given[]): Example[] {
  const ids = new Set<string>();
  const examples: Example[] = [];
  for (const [i, example] of given.entries()) {
    const id = example.id ?? digestOf(example);
    if (ids.has(id) && example.id !== undefined) throw sameId(id, i);
    if (ids.has(id)) continue;
    ids.add(id);
    examples.push({ ...withBytes(example, i), id });
  }
  return examples;
}

/** The examples of queries, each with an id of its own: its number, unless it has one. */
export const queriesOf = (given: readonly Query[]): Example[] =>
  given.map((example, i) => ({ ...withBytes(example, i), id: example.id ?? String(i + 1) }));

/** The kinds of modalities whose values do not show them: rows of a table. */
export function declarationsOf(given: readonly Example[]): ModalityDeclarations {
  const rows = new Set<string>();
  for (const example of given)
    for (const [name, value] of Object.entries(example))
      if (!fields.includes(name) && isRow(value)) rows.add(name);
  return Object.fromEntries([...rows].map((name) => [name, { kind: "tabular" as const }]));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
const isFile = (value: unknown): value is { base64: string } =>
  isRecord(value) && Object.keys(value).join() === "base64" && typeof value.base64 === "string";
const isRow = (value: unknown) => isRecord(value) && !isFile(value);

function withBytes(example: Given, i: number): Example {
  const entries = Object.entries(example).map(([name, value]) => [
    name,
    isFile(value) ? bytesOf(value.base64, `example ${i + 1}, field "${name}"`) : value,
  ]);
  return Object.fromEntries(entries);
}

function bytesOf(base64: string, where: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  const expected = Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
  if (bytes.length > 0 && bytes.length === expected) return bytes;
  throw new Refusal(400, {
    code: "serve/bad-base64",
    where,
    problem: "it is not base64",
    expected: "the bytes of an image or sound file in base64",
    remedy: "Encode the file's bytes.",
  });
}

function digestOf(example: Given): string {
  const sorted = Object.entries(example).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(
    ([name, value]) =>
      `${JSON.stringify(name)}:${JSON.stringify(isRow(value) ? Object.entries(value as object).sort() : value)}\n`,
  );
  return sha256(...parts).slice(0, 16);
}

const sameId = (id: string, i: number) =>
  new Refusal(400, {
    code: "serve/same-id",
    where: `example ${i + 1}, field "id"`,
    problem: `another example has the id ${JSON.stringify(id)}`,
    expected: "ids that differ",
    remedy: "Change it, or leave ids out.",
  });
