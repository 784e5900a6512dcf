/** A modality whose values are embedded by a frozen encoder. */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import type { Modality } from "../modality.js";
import { vector } from "../vector.js";
import { audio } from "./audio.js";
import { encoderOf } from "./encoder.js";
import { image } from "./image.js";
import { inputs } from "./inputs.js";
import { text } from "./text.js";
import { type FrozenSpec, frozenKinds, poolings } from "./types.js";

/** The modality functions of a frozen spec, as in the table of modalities. */
export const frozenModality: Pick<Modality<FrozenSpec>, "spec" | "encode" | "augment"> = {
  spec: z
    .strictObject({
      kind: z.enum(frozenKinds),
      shape: z.tuple([z.int().min(1)]).readonly(),
      mean: z.array(z.number()).readonly(),
      std: z.array(z.number().positive()).readonly(),
      frozen: z.strictObject({
        model: z.string(),
        files: z
          .record(z.string().regex(/^(?!.*(?:^|[\\/])\.\.(?:[\\/]|$))[^\\/]/), z.string())
          .refine((files) => Object.keys(files).length > 0),
        output: z.string(),
        pooling: z.enum(poolings),
        input: z.discriminatedUnion("kind", [image.schema, text.schema, audio.schema]),
      }),
    })
    .refine(
      ({ kind, shape: [length], mean, std, frozen }) =>
        mean.length === length && std.length === length && frozen.input.kind === kind,
      { message: "mean and std need one number per dimension, and the input the modality's kind" },
    ) as z.ZodType<FrozenSpec>,

  async encode(value, { kind, frozen, shape: [length], mean, std }, where) {
    const encoder = await encoderOf(frozen, inputs[kind], where);
    const embedding = await encoder.embed(value, where);
    if (embedding.length !== length) throw otherLength(where, embedding.length, length);
    return embedding.map((x, k) => (x - mean[k]) / std[k]);
  },

  // Cast: augmentation of vectors reads no field of the spec that a frozen one lacks.
  augment: (array, spec, random) => vector.augment(array, spec as never, random),
};

const otherLength = (where: string, length: number, expected: number) =>
  new InputError({
    code: "pretrained/length",
    where,
    problem: `the model's output has ${length} numbers for this value`,
    expected: `${expected}, as for the first train row`,
    remedy: "Name an `output` whose length does not depend on the value.",
  });
