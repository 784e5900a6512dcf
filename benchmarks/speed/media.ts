/** Files of the workloads that embed: photos, short texts and sounds, drawn at random, for metamodal and its peers alike. */

import sharp from "sharp";
import { encodeWav } from "../accuracy/files.js";
import { type Uniform, uniformFrom } from "./data.js";

const WIDTH = 640;
const HEIGHT = 480;
const QUALITY = 85;
/** Sizes of pixels of the noise whose mean is a photo, and the share of each. */
const OCTAVES = [
  { size: 160, share: 0.4 },
  { size: 32, share: 0.35 },
  { size: 4, share: 0.25 },
];

/** JPEG files of 640×480 pixels, with coarse and fine structure; about 60 kB each. */
export async function photos(count: number): Promise<Uint8Array[]> {
  const uniform = uniformFrom(5);
  const files: Uint8Array[] = [];
  for (let i = 0; i < count; i++) files.push(await photo(uniform));
  return files;
}

async function photo(uniform: Uniform): Promise<Uint8Array> {
  const sum = new Float64Array(3 * WIDTH * HEIGHT);
  for (const { size, share } of OCTAVES) {
    const [width, height] = [WIDTH / size, HEIGHT / size];
    const noise = Uint8Array.from({ length: 3 * width * height }, () => 256 * uniform());
    const smooth = await sharp(noise, { raw: { width, height, channels: 3 } })
      .resize(WIDTH, HEIGHT, { kernel: "cubic" })
      .raw()
      .toBuffer();
    for (let at = 0; at < sum.length; at++) sum[at] += share * smooth[at];
  }
  return sharp(Uint8Array.from(sum), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

const WORDS = (
  "please book a table for two at the station tonight and tell me what time it opens " +
  "how much money is left in my savings account after paying last month's electricity bill " +
  "the weather tomorrow morning looks cloudy with light rain near northern hills play some music"
).split(" ");
const FEWEST_WORDS = 4;
const MOST_WORDS = 12;

/** English texts of 4 to 12 words. */
export function shortTexts(count: number): string[] {
  const uniform = uniformFrom(6);
  const words = () => FEWEST_WORDS + Math.floor((MOST_WORDS - FEWEST_WORDS + 1) * uniform());
  return Array.from({ length: count }, () =>
    Array.from({ length: words() }, () => WORDS[Math.floor(WORDS.length * uniform())]).join(" "),
  );
}

const RATE = 16_000;
const SECONDS = 2;

/** WAV files of 2 s, mono, 16 kHz, 16 bits: a tone that rises or falls, in noise. */
export function sounds(count: number): Uint8Array[] {
  const uniform = uniformFrom(7);
  return Array.from({ length: count }, () => {
    const [from, to] = [200 + 2000 * uniform(), 200 + 2000 * uniform()];
    let phase = 0;
    const samples = Float32Array.from({ length: RATE * SECONDS }, (_, n) => {
      phase += (2 * Math.PI * (from + ((to - from) * n) / (RATE * SECONDS))) / RATE;
      return 0.25 * Math.sin(phase) + 0.06 * (uniform() - 0.5);
    });
    return encodeWav(samples, RATE);
  });
}
