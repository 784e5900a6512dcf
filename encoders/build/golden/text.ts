/** Texts with the token ids and vectors of the original runtime of the text encoder (README.md). */

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface GoldenText {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vector: Float32Array;
}

const path = join(import.meta.dirname, "text.json");

export const goldenTexts: readonly GoldenText[] = (
  JSON.parse(readFileSync(path, "utf8")) as { text: string; ids: number[]; vector: string }[]
).map(({ text, ids, vector }) => ({
  text,
  ids,
  vector: new Float32Array(new Uint8Array(Buffer.from(vector, "base64")).buffer),
}));
