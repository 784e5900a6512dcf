/** Images by formula with the vectors of the original runtime of the image encoder (README.md). */

import { readFileSync } from "node:fs";
import { join } from "node:path";

const SIDE = 160;

/** The value of channel c at column x and row y, 0 to 255. */
const formulas: Readonly<Record<string, (x: number, y: number, c: number) => number>> = {
  pattern: (x, y, c) => (x * y + 40 * c + 3 * (x >> 4) * (y >> 3)) % 256,
  ring: (x, y, c) => (Math.abs((x - 80) ** 2 + (y - 70) ** 2 - 2500) < 600 ? 60 * c : 255),
};

interface GoldenImage {
  readonly name: string;
  /** Interleaved RGB [160, 160, 3]. */
  readonly pixels: Uint8Array;
  readonly vector: Float32Array;
}

const vectors: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "image.json"), "utf8"),
);

export const goldenImages: readonly GoldenImage[] = Object.entries(formulas).map(([name, level]) => ({
  name,
  pixels: Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return level(pixel % SIDE, Math.floor(pixel / SIDE), i % 3);
  }),
  vector: new Float32Array(Uint8Array.from(Buffer.from(vectors[name], "base64")).buffer),
}));
