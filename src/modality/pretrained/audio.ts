/**
 * Audio for a frozen encoder of waveforms: float32 samples `[1, N]` or `[N]` at the model's sample rate. Longer clips are
 * cropped to their middle; shorter ones are padded with zeros if the model's input has a fixed length.
 */

import { z } from "zod";
import { type AudioValue, decodeAudio } from "../audio/decode.js";
import { resample } from "../audio/resample.js";
import { fileContents, rawContents } from "./contents.js";
import { badInputs, sizeOfAxis } from "./ports.js";
import type { FrozenInput } from "./types.js";

const rate = z.int().min(1000).max(192_000);
const options = z.strictObject({
  rate: rate.optional().describe("the model's sample rate in Hz, a whole number from 1000 to 192000"),
  seconds: z.number().positive().max(60).optional().describe("a number above 0, at most 60"),
});
const schema = z.strictObject({
  kind: z.literal("audio"),
  name: z.string(),
  /** Number of axes of the input: `[N]` or `[1, N]`. */
  axes: z.int().min(1).max(2),
  rate,
  samples: z.int().min(1),
  /** Whether every clip is padded to `samples`; otherwise it is the maximum. */
  fixed: z.boolean(),
  /** Whether each clip is scaled to mean 0 and variance 1. */
  standardise: z.boolean(),
  /** Name of the input that takes the padding mask. */
  mask: z.string().optional(),
});
type AudioInput = z.output<typeof schema>;

const configSchema = z.object({
  sampling_rate: rate.optional().catch(undefined),
  do_normalize: z.boolean().default(false).catch(false),
});
const DEFAULT_RATE = 16_000;
const DEFAULT_SECONDS = 10;

export const audio = {
  options,
  schema,
  models: ["audio_model", "model", "model_quantized"],
  outputs: ["audio_embeds", "last_hidden_state", "pooler_output"],
  files: [],

  async plan({ inputs, json, file }, given) {
    const waves = inputs.filter(
      ({ type, shape }) => type === "float32" && (shape.length === 1 || shape.length === 2),
    );
    const masks = inputs.filter(({ name, type }) => name === "attention_mask" && type === "int64");
    if (waves.length !== 1 || waves.length + masks.length < inputs.length)
      throw badInputs(
        inputs,
        file,
        "one input of samples, float32 [1, N] or [N]; models of spectrograms are not supported",
      );
    const [{ name, shape }] = waves;
    const fixedSamples = sizeOfAxis(waves[0], shape.length - 1);
    const { rate, seconds = DEFAULT_SECONDS } = given as z.output<typeof options>;
    const config = configSchema.parse(await json("preprocessor_config.json"));
    const chosen = rate ?? config.sampling_rate ?? DEFAULT_RATE;
    return {
      kind: "audio",
      name,
      axes: shape.length,
      rate: chosen,
      samples: fixedSamples ?? Math.round(seconds * chosen),
      fixed: fixedSamples !== undefined,
      standardise: config.do_normalize,
      ...(masks.length > 0 && { mask: masks[0].name }),
    };
  },

  async contents(value, where) {
    const read = await fileContents(value, where);
    if (read) return read;
    const { rate, samples } = await decodeAudio(value as AudioValue, where);
    return rawContents(value, where, `${rate}`, [samples]);
  },

  async feed({ value, where }, { name, axes, rate, samples, fixed, standardise, mask }) {
    const clip = await decodeAudio(value, where);
    const all = resample(clip.samples, clip.rate, rate);
    const start = Math.max(0, (all.length - samples) >> 1);
    const cropped = all.slice(start, start + samples);
    if (standardise) scale(cropped);
    const data = new Float32Array(fixed ? samples : Math.max(1, cropped.length));
    data.set(cropped);
    const shape = axes === 1 ? [data.length] : [1, data.length];
    const paddingMask = BigInt64Array.from(data, (_, i) => BigInt(i < cropped.length));
    return {
      feeds: {
        [name]: { type: "float32", shape, data },
        ...(mask && { [mask]: { type: "int64" as const, shape: [1, data.length], data: paddingMask } }),
      },
    };
  },
} satisfies FrozenInput<AudioInput>;

/** Scale to mean 0 and variance 1, in place. The constant 1e-7 is that of wav2vec 2.0. */
function scale(samples: Float32Array): void {
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] - mean) / Math.sqrt(variance + 1e-7);
}
