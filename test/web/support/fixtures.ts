/** Examples that pages and Node are taught alike. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";

const root = join(import.meta.dirname, "../../..");

export interface Drawing {
  readonly label: string;
  readonly group: string;
  readonly strokes: number[][][];
}

/** Drawings of Omniglot's test classes: `shots` of each of the first `ways`. */
export function drawings(ways: number, shots: number): Drawing[] {
  const lines = gunzipSync(readFileSync(join(root, "datasets/omniglot/metadata.jsonl.gz")))
    .toString()
    .trim();
  const rows: (Drawing & { split: string })[] = lines.split("\n").map((line) => JSON.parse(line));
  const found = new Map<string, Drawing[]>();
  for (const { label, group, strokes } of rows.filter(({ split }) => split === "test")) {
    const own = found.get(label) ?? [];
    if (own.length < shots && (found.has(label) || found.size < ways))
      found.set(label, [...own, { label, group, strokes }]);
  }
  return [...found.values()].flat();
}

export interface Picture {
  readonly label: string;
  /** The file's bytes in base64, as a page is given them. */
  readonly data: string;
}

const pictureOf = (label: string, file: string): Picture => ({
  label,
  data: readFileSync(file).toString("base64"),
});

/** The emoji of the repository: six kinds of fruit, five of each, and fourteen more. */
export function emoji(): { readonly support: Picture[]; readonly queries: Picture[] } {
  const fruit = join(root, "datasets/emoji/fruit");
  const support = readdirSync(fruit).flatMap((label) =>
    readdirSync(join(fruit, label)).map((file) => pictureOf(label, join(fruit, label, file))),
  );
  const others = join(root, "datasets/emoji/new");
  const queries = readdirSync(others).map((file) => pictureOf(file.split("-")[0], join(others, file)));
  return { support, queries };
}

/**
 * A photo as a JPEG: shapes and noise in the colours of a class, so that decoders have edges and chroma to differ in.
 */
export async function photo(kind: number, seed: number, width = 320, height = 240): Promise<Buffer> {
  let state = seed + 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const hue = (c: number) => 128 + 100 * Math.sin(2 * kind + 2 * c);
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [((i / 3) | 0) % width, ((i / 3 / width) | 0) / height];
    const wave = 50 * Math.sin(((kind + 1) * x) / 15 + 9 * y + seed);
    return Math.max(0, Math.min(255, hue(i % 3) + wave + 40 * (next() - 0.5)));
  });
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
