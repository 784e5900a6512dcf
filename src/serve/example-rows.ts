/**
 * An example as a row of the database: JSON, and bytes. The bytes of an example of a taught task are its vectors; those of an
 * adapted task are its files one after the other, whose places in them the JSON has.
 */

import { float32, type NDArray } from "../base/array.js";
import { decodeSafetensors, encodeSafetensors } from "../base/safetensors.js";
import type { EmbeddedExample } from "../teach/types.js";
import type { SupportExample } from "./stored.js";

export interface ExampleRow {
  /** JSON with `id`, and `label` or `target`. */
  readonly body: string;
  readonly bytes: Buffer;
}

export function encodeExample(example: EmbeddedExample | SupportExample): ExampleRow {
  return "vectors" in example ? encodeEmbedded(example) : encodeSupport(example);
}

function encodeEmbedded({ vectors, ...body }: EmbeddedExample): ExampleRow {
  const arrays: Record<string, NDArray> = {};
  for (const [expert, vector] of Object.entries(vectors)) arrays[expert] = float32(vector, [vector.length]);
  return {
    body: JSON.stringify(body),
    bytes: Buffer.from(encodeSafetensors({ arrays, metadata: {} })),
  };
}

/** The example of a row of a taught task; `where` is its name in errors. */
export function decodeEmbedded(body: string, bytes: Uint8Array, where: string): EmbeddedExample {
  const { arrays } = decodeSafetensors(bytes, where);
  const vectors = Object.entries(arrays).map(([expert, { data }]) => [expert, Float32Array.from(data)]);
  return { ...JSON.parse(body), vectors: Object.fromEntries(vectors) };
}

interface SupportBody extends Omit<SupportExample, "label" | "values"> {
  readonly label?: string;
  readonly target?: number;
  readonly values: SupportExample["values"];
  /** Start and end of each file in the bytes, by modality. */
  readonly files: Readonly<Record<string, readonly [start: number, end: number]>>;
}

function encodeSupport({ label, values, ...rest }: SupportExample): ExampleRow {
  const plain: Record<string, unknown> = {};
  const files: Record<string, readonly [number, number]> = {};
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const [name, value] of Object.entries(values)) {
    if (!(value instanceof Uint8Array)) {
      plain[name] = value;
      continue;
    }
    parts.push(value);
    files[name] = [size, size + value.length];
    size += value.length;
  }
  const named = typeof label === "number" ? { target: label } : { label };
  const body: SupportBody = { ...rest, ...named, values: plain, files };
  return { body: JSON.stringify(body), bytes: Buffer.concat(parts, size) };
}

/** The example of a row of an adapted task. */
export function decodeSupport(body: string, bytes: Uint8Array): SupportExample {
  const { label, target, values, files, ...rest } = JSON.parse(body) as SupportBody;
  const read = Object.entries(files).map(([name, [start, end]]) => [name, bytes.subarray(start, end)]);
  return { ...rest, label: target ?? label ?? "", values: { ...values, ...Object.fromEntries(read) } };
}
