/** Sounds with the vectors of the original networks of the audio encoder (README.md). */

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface GoldenSound {
  readonly name: string;
  /** Mono, 16 kHz. */
  readonly samples: Float32Array;
  /** A vector of 96 numbers for each window of 76 frames, every 8 frames. */
  readonly windows: Float32Array;
}

const path = join(import.meta.dirname, "audio.json");
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64")).buffer;

export const goldenSounds: readonly GoldenSound[] = (
  JSON.parse(readFileSync(path, "utf8")) as { name: string; samples: string; windows: string }[]
).map(({ name, samples, windows }) => ({
  name,
  samples: Float32Array.from(new Int16Array(bytesOf(samples)), (sample) => sample / 32768),
  windows: new Float32Array(bytesOf(windows)),
}));
