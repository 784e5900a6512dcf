/**
 * Images for a frozen encoder: `[1, 3, H, W]` or `[1, H, W, 3]`, depending on its input, with x = (pixel / 255 − mean) / std.
 * An image is resized to cover H×W and centre-cropped, unless the model's `preprocessor_config.json` specifies otherwise.
 */

import { z } from "zod";
import { decodeImage } from "../image/pixels.js";
import type { RawImage } from "../image/raw.js";
import type { ImageValue } from "../image/value.js";
import { fileContents, rawContents } from "./contents.js";
import { type Fit, fitTo } from "./fit.js";
import { badInputs, sizeOfAxis, takesOne } from "./ports.js";
import type { FrozenInput } from "./types.js";

/** Named normalisations of pixels in [0, 1]: mean and standard deviation per channel. */
const scales = {
  /** The usual one of networks trained on ImageNet. */
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  /** To [−1, 1]. */
  centred: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  /** To [0, 1]. */
  unit: { mean: [0, 0, 0], std: [1, 1, 1] },
  /** To [0, 255]. */
  bytes: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
} as const;
const scaleNames = Object.keys(scales) as (keyof typeof scales)[];
const fits = ["crop", "stretch", "pad"] as const satisfies readonly Fit[];

const side = z.int().min(1).max(4096);
const three = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const options = z.strictObject({
  size: z
    .union([side, z.tuple([side, side])])
    .optional()
    .describe(
      "a whole number up to 4096, or [height, width] of two such numbers, if the model's input has no fixed size",
    ),
  scale: z
    .union([z.enum(scaleNames), z.strictObject({ mean: three, std: positive })])
    .optional()
    .describe(`${scaleNames.join(", ")}, or { mean: [r, g, b], std: [r, g, b] } for pixels from 0 to 1`),
  fit: z.enum(fits).optional().describe(fits.join(", ")),
});

const schema = z.strictObject({
  kind: z.literal("image"),
  name: z.string(),
  type: z.enum(["float32", "uint8"]),
  layout: z.enum(["channels first", "channels last"]),
  channels: z.union([z.literal(1), z.literal(3)]),
  height: side,
  width: side,
  /** Size of the shorter side before the centre crop. */
  shorter: side.optional(),
  fit: z.enum(fits),
  mean: three,
  std: positive,
});
type ImageInput = z.output<typeof schema>;

/** The supported fields of `preprocessor_config.json`; other fields, and values of other types, are ignored. */
const sides = z.union([
  z.number().transform((n) => ({ shortest_edge: n, height: undefined, width: undefined })),
  z.object({
    shortest_edge: z.number().optional(),
    height: z.number().optional(),
    width: z.number().optional(),
  }),
]);
const configSchema = z.object({
  image_mean: three.optional().catch(undefined),
  image_std: positive.optional().catch(undefined),
  do_normalize: z.boolean().default(true).catch(true),
  do_rescale: z.boolean().default(true).catch(true),
  do_center_crop: z.boolean().default(false).catch(false),
  crop_pct: z.number().positive().optional().catch(undefined),
  size: sides.optional().catch(undefined),
  crop_size: sides.optional().catch(undefined),
});
type Config = z.output<typeof configSchema>;

function scaleIn({ do_normalize, do_rescale, image_mean, image_std }: Config) {
  if (do_normalize && image_mean && image_std) return { mean: image_mean, std: image_std };
  if (do_normalize) return scales.imagenet;
  return do_rescale ? scales.unit : scales.bytes;
}

export const image = {
  options,
  schema,
  models: ["vision_model", "model", "model_quantized"],
  outputs: ["image_embeds", "last_hidden_state", "pooler_output"],
  files: [],

  async plan({ inputs, json, file }, given) {
    const { size, scale, fit } = given as z.output<typeof options>;
    const [port] = inputs;
    const isPixels = inputs.length === 1 && port.shape.length === 4 && takesOne(port);
    const type = port?.type;
    const sizes = isPixels ? [1, 2, 3].map((axis) => sizeOfAxis(port, axis)) : [];
    const [first, , last] = sizes;
    const isColours = (n: number | undefined): n is 1 | 3 => n === 1 || n === 3;
    const isLast = !isColours(first) && isColours(last);
    const channels = isLast ? last : (first ?? 3);
    if (!isPixels || !isColours(channels) || (type !== "float32" && type !== "uint8"))
      throw badInputs(inputs, file, "one input of images, float32 or uint8 [1, 3, H, W] or [1, H, W, 3]");
    const found = await json("preprocessor_config.json");
    const config = configSchema.parse(found);
    const { crop_size: crop, size: sized } = config;
    const isCropped = config.do_center_crop || config.crop_pct !== undefined;
    const named = (isCropped && crop) || sized;
    const [declaredHeight, declaredWidth] = typeof size === "number" ? [size, size] : (size ?? []);
    const [fixedHeight, fixedWidth] = isLast ? sizes : sizes.slice(1);
    const edge = named?.shortest_edge ?? 224;
    const height = fixedHeight ?? declaredHeight ?? named?.height ?? edge;
    const width = fixedWidth ?? declaredWidth ?? named?.width ?? edge;
    const shorter = config.crop_pct
      ? Math.round((sized?.shortest_edge ?? edge) / config.crop_pct)
      : isCropped
        ? sized?.shortest_edge
        : undefined;
    const isStretched = !isCropped && sized?.height !== undefined;
    const stated = typeof scale === "string" ? scales[scale] : scale;
    const fallback =
      type === "uint8" ? scales.bytes : Object.keys(found).length ? scaleIn(config) : scales.imagenet;
    return schema.parse({
      kind: "image",
      name: port.name,
      type,
      layout: isLast ? "channels last" : "channels first",
      channels,
      height,
      width,
      ...(shorter && shorter > Math.max(height, width) && size === undefined && { shorter }),
      fit: fit ?? (isStretched ? "stretch" : "crop"),
      mean: [...(stated ?? fallback).mean],
      std: [...(stated ?? fallback).std],
    });
  },

  async contents(value, where) {
    const read = await fileContents(value, where);
    if (read) return read;
    const { width, height, channels, data } = (await decodeImage(value as ImageValue, where)) as RawImage;
    return rawContents(value, where, `${width} ${height} ${channels}`, [data]);
  },

  async feed({ value, where }, { name, type, layout, channels, height, width, shorter, fit, mean, std }) {
    const pixels = await fitTo(await decodeImage(value, where), { height, width, shorter, fit });
    const data = new (type === "uint8" ? Uint8Array : Float32Array)(channels * height * width);
    const plane = height * width;
    for (let i = 0; i < plane; i++)
      for (let c = 0; c < channels; c++) {
        const at = i * pixels.channels;
        const level = (of: number) => pixels.data[at + (pixels.channels === 3 ? of : 0)];
        const pixel = channels === 1 ? 0.299 * level(0) + 0.587 * level(1) + 0.114 * level(2) : level(c);
        const x = (pixel / 255 - mean[c]) / std[c];
        data[layout === "channels last" ? i * channels + c : c * plane + i] =
          type === "uint8" ? Math.round(x) : x;
      }
    const shape = layout === "channels last" ? [1, height, width, channels] : [1, channels, height, width];
    return { feeds: { [name]: { type, shape, data } } };
  },
} satisfies FrozenInput<ImageInput>;
