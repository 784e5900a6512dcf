/**
 * Built-in encoders of images. Each takes the prepared image, 160×160 RGB (prepare.ts, resize.ts):
 *
 * - `network`, 896 numbers: 2×2 grid means of blocks 9 and 15 of MobileNetV2, trained to detect objects (encoders/README.md);
 *   its input is pixel / 127.5 − 1, [3, 160, 160] in the order red, green, blue
 * - `hog`, 576 numbers: histograms of oriented gradients (hog.ts) of the means of 4×4 pixels, / 255
 * - `colour`, 512 numbers: a colour histogram (colour.ts)
 * - `entropy`, 1 number: the entropy of this histogram, which is low for drawings and high for photographs
 */

import { Budget } from "../../base/budget.js";
import { concurrently } from "../../base/concurrently.js";
import { decodeImage, longerSide } from "../image/pixels.js";
import type { RawImage } from "../image/raw.js";
import type { ImageValue } from "../image/value.js";
import { fileContents, rawContents } from "../pretrained/contents.js";
import { colourEntropy, colourHistogram, colourLength } from "./colour.js";
import { hasEncoder } from "./files.js";
import { hog, hogLength, hogSide } from "./hog.js";
import { BuiltinNetwork } from "./network.js";
import { preparedImage, preparedSide } from "./prepare.js";
import type { BuiltinEmbeddings, BuiltinKind } from "./types.js";

const FILE = "image.onnx";
const NETWORK_LENGTH = 896;
/** Images that are decoded ahead of the network, per thread. */
const AHEAD = 3;
/** Pixels that are decoded at a time; a larger image is decoded alone. Files of fewer bytes are small images. */
const pixels = new Budget(1 << 26);
const SMALL_FILE = 1 << 15;

export const image: BuiltinKind = {
  kind: "image",
  version: 1,
  encoders: [
    { name: "network", length: NETWORK_LENGTH, files: [FILE], constants: "image/network" },
    { name: "hog", length: hogLength, constants: "image/hog" },
    { name: "colour", length: colourLength, constants: "image/colour" },
    { name: "entropy", length: 1 },
  ],

  async contents(value, where) {
    const read = await fileContents(value, where);
    if (read) return read;
    const { width, height, channels, data } = await decodeImage(value as ImageValue, where);
    return rawContents({ width, height, channels, data }, where, `${width} ${height} ${channels}`, [data]);
  },

  embed: (contents) =>
    concurrently(contents, AHEAD * BuiltinNetwork.of(FILE).threads, async ({ value, where }) =>
      pixels.use(await pixelCount(value), async () => embedImage(await decodeImage(value, where))),
    ),
};

/** The number of pixels of an image, if it may be large: at most the square of its longer side. */
async function pixelCount(value: unknown): Promise<number> {
  if (value instanceof Uint8Array && value.length < SMALL_FILE) return 0;
  return ((await longerSide(value))?.size ?? 0) ** 2;
}

/** Embed an image of 1 or 3 channels with all encoders of images. */
async function embedImage(pixels: RawImage): Promise<BuiltinEmbeddings> {
  const prepared = preparedImage(pixels);
  const network = hasEncoder(FILE) && networkEmbedding(prepared);
  const colour = colourHistogram(prepared, preparedSide);
  const others = { hog: hog(smallImage(prepared)), colour, entropy: Float32Array.of(colourEntropy(colour)) };
  return network ? { network: await network, ...others } : others;
}

/** Embed an image of 1 or 3 channels with the network alone; undefined, without asking for it, if the file is absent. */
export const imageNetwork = async (pixels: () => RawImage): Promise<Float32Array | undefined> =>
  hasEncoder(FILE) ? networkEmbedding(preparedImage(pixels())) : undefined;

/** The network's input for each level of 0 to 255. */
const scaledLevels = Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1);

/** Embed prepared pixels with the network. */
async function networkEmbedding(prepared: Uint8Array): Promise<Float32Array> {
  const plane = preparedSide * preparedSide;
  const input = new Float32Array(3 * plane);
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    input[i] = scaledLevels[prepared[at]];
    input[plane + i] = scaledLevels[prepared[at + 1]];
    input[2 * plane + i] = scaledLevels[prepared[at + 2]];
  }
  const feeds = {
    pixels: { type: "float32", shape: [1, 3, preparedSide, preparedSide], data: input },
  } as const;
  return (await BuiltinNetwork.of(FILE).run(feeds, "embedding")).data;
}

/** Means of 4×4 pixels, from 0 to 1, [40, 40, 3]. */
function smallImage(prepared: Uint8Array): Float32Array {
  const step = preparedSide / hogSide;
  const row = 3 * preparedSide;
  const out = new Float32Array(3 * hogSide * hogSide);
  for (let i = 0, y = 0; y < hogSide; y++)
    for (let x = 0; x < hogSide; x++)
      for (let c = 0; c < 3; c++, i++) {
        const start = step * (y * row + 3 * x) + c;
        let sum = 0;
        for (let at = start; at < start + step * row; at += row)
          for (let pixel = at; pixel < at + 3 * step; pixel += 3) sum += prepared[pixel];
        out[i] = sum / (255 * step * step);
      }
  return out;
}
