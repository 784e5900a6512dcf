/**
 * Reads Omniglot as flat arrays: `index.json` (characters and the Vinyals split) and, for item
 * 20 · character + drawer − 1, `images28.u8.gz` (pixels [28, 28], ink = 255), `strokes.offsets.u32.gz`,
 * `strokes.bin.gz` (per item: strokes u8, per stroke: points u16, per point: x, y u8 in half pixels; little
 * endian) and `strokes.flag.u8.gz`. Strokes count from flag 2: exact (3) or matched to the image with confidence.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../../base/errors.js";
import type { Strokes } from "../../../modality/index.js";
import { gunzipBounded } from "../../files/gzip.js";
import type { Split } from "../../splits.js";
import { type Drawing, side } from "./drawing.js";

const drawers = 20;
const confident = 2;
const indexes = z.array(z.int().min(0));
const indexSchema = z.object({
  chars: z.array(z.object({ alphabet: z.string(), character: z.string(), id: z.string() })),
  splits_vinyals: z.object({ train: indexes, val: indexes, test: indexes }),
});

/** The drawings of the folder `from`; undefined if it has no flat arrays. */
export async function readArrays(from: string): Promise<Drawing[] | undefined> {
  if (!existsSync(join(from, "images28.u8.gz"))) return undefined;
  const unpack = async (file: string) => gunzipBounded(await readFile(join(from, file)), file);
  const index = indexSchema.safeParse(JSON.parse(await readFile(join(from, "index.json"), "utf8")));
  if (!index.success) throw badArrays("index.json", z.prettifyError(index.error));
  const { chars, splits_vinyals } = index.data;
  const items = chars.length * drawers;

  const images = await unpack("images28.u8.gz");
  const offsets = await unpack("strokes.offsets.u32.gz");
  const flags = await unpack("strokes.flag.u8.gz");
  const points = await unpack("strokes.bin.gz");
  const pixels = side * side;
  const sizes = { "images28.u8.gz": [images, items * pixels], "strokes.flag.u8.gz": [flags, items] } as const;
  for (const [file, [bytes, size]] of Object.entries(sizes))
    if (bytes.length !== size) throw badArrays(file, `${bytes.length} bytes for ${items} items`);
  if (offsets.length !== 4 * (items + 1) || offsets.readUInt32LE(4 * items) !== points.length)
    throw badArrays("strokes.offsets.u32.gz", "the offsets do not end at the end of strokes.bin.gz");

  const splitOf = new Map<number, Split>();
  for (const split of ["train", "val", "test"] as const)
    for (const char of splits_vinyals[split]) splitOf.set(char, split);
  return Array.from({ length: items }, (_, item): Drawing => {
    const char = Math.floor(item / drawers);
    const { alphabet, character, id } = chars[char];
    const drawer = String((item % drawers) + 1).padStart(2, "0");
    return {
      id: `${id}_${drawer}`,
      label: `${alphabet}/${character}`,
      group: `${alphabet}/${drawer}`,
      split: splitOf.get(char),
      image: async () => images.subarray(item * pixels, (item + 1) * pixels),
      strokes: async () =>
        flags[item] < confident ? undefined : unpackStrokes(points, offsets.readUInt32LE(4 * item)),
    };
  });
}

function unpackStrokes(bytes: Buffer, from: number): Strokes {
  let at = from + 1;
  return Array.from({ length: bytes[from] }, () => {
    const length = bytes.readUInt16LE(at);
    at += 2 + 2 * length;
    const first = at - 2 * length;
    return Array.from({ length }, (_, i): [number, number] => [
      bytes[first + 2 * i] / 2,
      bytes[first + 2 * i + 1] / 2,
    ]);
  });
}

const badArrays = (where: string, problem: string) =>
  new InputError({
    code: "omniglot/bad-arrays",
    where,
    problem,
    expected: "the flat arrays that index.json describes",
    remedy: "Make or copy the folder again.",
  });
