/**
 * The image kind: images, encoded as float32 `[channels, height, width]`, standardised per channel,
 * x = (pixel / 255 − mean) / std.
 *
 * Images are scaled to fit and centred; the border has the mean colour of the four corners. Transparency is flattened onto
 * white, and colour is converted to one channel by its luma (ITU-R BT.601). Augmentation applies a small random rotation,
 * scaling and translation, changes brightness and contrast, and with the option `mirror` a horizontal flip.
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import type { Modality, ModalitySpec, Sample } from "../modality.js";
import { parseOptions } from "../options.js";
import { evenly } from "../survey.js";
import { fitImage } from "./fit.js";
import { isImageHead } from "./format.js";
import { checkImageHead, decodeImage, frameCountOf, longerSide } from "./pixels.js";
import type { RawImage } from "./raw.js";
import { checkImage } from "./value.js";
import { around, warp } from "./warp.js";

/** `shape` is `[channels, height, width]`; `mean` and `std` are per channel, of pixels in [0, 1]. */
export interface ImageSpec extends ModalitySpec {
  readonly kind: "image";
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Whether augmentation may mirror the image. */
  readonly mirror?: boolean;
}

const side = z.int().min(4).max(1024);
const schema = z.strictObject({
  size: z
    .union([side, z.tuple([side, side])])
    .optional()
    .describe("a whole number from 4 to 1024, or [height, width] of two such numbers"),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .optional()
    .describe("1 or 3"),
  mirror: z.boolean().default(false).describe("true or false"),
});

const together = 4;
const largestCommonSide = 84;
const defaultSide = 32;

type Size = [height: number, width: number];

/**
 * Options: `size` (28 or `[height, width]`), `channels` (1 or 3) and `mirror` (false). The default `size` is that of the sampled
 * train images if they share one with no side above 84, else 32×32; the default of `channels` is 1 if all their pixels are
 * grey, else 3.
 */
export const image: Modality<ImageSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("image"),
      shape: z.tuple([z.union([z.literal(1), z.literal(3)]), side, side]).readonly(),
      mean: z.array(z.number()).readonly(),
      std: z.array(z.number().positive()).readonly(),
      mirror: z.boolean().optional(),
    })
    .refine(({ shape, mean, std }) => mean.length === shape[0] && std.length === shape[0], {
      message: "mean and std need one number per channel",
    }),

  files: {
    extensions: "png jpg jpeg jpe jfif webp gif bmp tif tiff avif heic heif ico svg".split(" "),
    isHead: isImageHead,
    folders: /^(?:images?|imgs?|pictures?|pics?|photos?|jpe?gs?|pngs?|frames?)$/i,
    noun: ["picture", "pictures"],
  },
  check: checkImage,
  checkHead: checkImageHead,
  sizeOf: longerSide,

  async plan(samples, options, where, note) {
    const { size, channels: chosen, mirror } = parseOptions(schema, options, where);
    const declared: Size | undefined = typeof size === "number" ? [size, size] : size;
    const surveyed = await survey(evenly(samples), declared ?? [defaultSide, defaultSide]);
    if (surveyed.length === 0) throw nothingToPlan(where);
    const [height, width] = declared ?? commonSize(surveyed);
    const several = surveyed.filter(({ frames }) => frames > 1);
    if (several.length > 0)
      note?.(
        `${several.length} of ${surveyed.length} images looked at have several frames or pages; the first is used`,
      );
    if (!declared) noteSizes(surveyed, [height, width], note);
    const channels = chosen ?? (surveyed.every(({ grey }) => grey) ? 1 : 3);
    const [sum, squares] = [new Float64Array(channels), new Float64Array(channels)];
    for (const { small } of surveyed) {
      const planes = toPlanes(await fitImage(small, height, width), channels);
      planes.forEach((value, i) => {
        const channel = Math.floor(i / (height * width));
        sum[channel] += value;
        squares[channel] += value * value;
      });
    }
    const count = surveyed.length * height * width;
    const mean = Array.from(sum, (total) => round(total / count));
    const std = Array.from(squares, (total, c) =>
      round(Math.sqrt(Math.max(0, total / count - (sum[c] / count) ** 2))),
    );
    return {
      kind: "image",
      shape: [channels, height, width],
      mean,
      std: std.map((value) => value || 1),
      ...(mirror && { mirror }),
    };
  },

  async encode(value, { shape: [channels, height, width], mean, std }, where) {
    const planes = toPlanes(await fitImage(await decodeImage(value, where), height, width), channels);
    const plane = height * width;
    for (let c = 0, i = 0; c < channels; c++)
      for (const end = i + plane; i < end; i++) planes[i] = (planes[i] - mean[c]) / std[c];
    return planes;
  },

  augment(planes, { shape: [, height, width], mirror }, random) {
    const angle = around(random, 0.15);
    const scale = 1 + around(random, 0.12);
    const side = mirror && random.uniform() < 0.5 ? -1 : 1;
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
    const [dy, dx] = [around(random, 0.08 * height), around(random, 0.08 * width)];
    warp(planes, height, width, { a: cos, b: sin * side, c: -sin, d: cos * side, dy, dx });
    const [contrast, brightness] = [1 + around(random, 0.2), around(random, 0.2)];
    for (let i = 0; i < planes.length; i++) planes[i] = contrast * planes[i] + brightness;
  },
};

const round = (value: number) => Number(value.toFixed(6));

interface Surveyed {
  size: Size;
  /** Number of frames or pages of the file. */
  frames: number;
  grey: boolean;
  /** The image, or a scaled one, so that large images are not all kept in memory. */
  small: RawImage;
}

async function survey(samples: readonly Sample[], [height, width]: Size): Promise<Surveyed[]> {
  const surveyed: Surveyed[] = [];
  const look = async ({ value, where }: Sample): Promise<Surveyed> => {
    const full = await decodeImage(value, where);
    const isLarge = Math.max(full.height, full.width) > largestCommonSide;
    const small = isLarge ? await fitImage(full, height, width) : full;
    const frames = await frameCountOf(value);
    return { size: [full.height, full.width], frames, grey: isGrey(full), small };
  };
  for (let from = 0; from < samples.length; from += together)
    surveyed.push(...(await Promise.all(samples.slice(from, from + together).map(look))));
  return surveyed;
}

/** Note that images are scaled, unless all have the planned size. */
function noteSizes(
  surveyed: readonly Surveyed[],
  [height, width]: Size,
  note?: (text: string) => void,
): void {
  if (surveyed.every(({ size }) => size[0] === height && size[1] === width)) return;
  const bySize = surveyed.map(({ size }) => size).sort((a, b) => a[0] * a[1] - b[0] * b[1]);
  const [least, most] = [bySize[0], bySize.at(-1)!].map(([h, w]) => `${w} × ${h}`);
  const found = least === most ? least : `${least} to ${most}`;
  note?.(
    `images of ${found} pixels are scaled to ${width} × ${height}, padded, not cropped; \`size\` in dataset.json sets another`,
  );
}

function commonSize([{ size }, ...others]: Surveyed[]): Size {
  const common = others.every((other) => other.size[0] === size[0] && other.size[1] === size[1]);
  return common && Math.max(...size) <= largestCommonSide ? size : [defaultSide, defaultSide];
}

function isGrey({ channels, data }: RawImage): boolean {
  if (channels === 1) return true;
  for (let i = 0; i < data.length; i += 3)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

/** Convert interleaved bytes to planes `[channels, height, width]` of values in [0, 1]. */
function toPlanes({ width, height, channels: from, data }: RawImage, to: number): Float32Array {
  const plane = width * height;
  const out = new Float32Array(to * plane);
  for (let i = 0; i < plane; i++) {
    const at = i * from;
    if (to === 3) for (let c = 0; c < 3; c++) out[c * plane + i] = data[from === 3 ? at + c : at] / 255;
    else if (from === 1) out[i] = data[at] / 255;
    else out[i] = (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255;
  }
  return out;
}

const nothingToPlan = (where: string) =>
  new InputError({
    code: "image/no-train-image",
    where,
    problem: "no train row has this modality",
    expected: "at least one train image",
    remedy: "Add images to the train classes, or leave the modality out of the option `modalities`.",
  });
