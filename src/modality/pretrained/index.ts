/** Frozen pretrained encoders: raw values are embedded before they become arrays. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import type { Modality, Sample } from "../modality.js";
import { parseOptions } from "../options.js";
import { audio } from "./audio.js";
import { augment } from "./augment.js";
import { encoderOf, openModel, sharedEncoder } from "./encoder.js";
import { image } from "./image.js";
import { absolute, digestsOf, findModelFiles } from "./model-files.js";
import { text } from "./text.js";
import {
  type AnyFrozen,
  type CommonOptions,
  commonOptions,
  type FrozenInput,
  type FrozenKind,
  type FrozenSpec,
  frozenKinds,
  poolings,
} from "./types.js";

export { absolute as absoluteModel } from "./model-files.js";
export type { FrozenKind, FrozenSpec } from "./types.js";

const inputs = { image, text, audio } as Readonly<Record<FrozenKind, FrozenInput>>;

/** The recipe options of frozen encoders of all kinds; {@link planFrozen} accepts only those of the modality's kind. */
export const frozenOptions = z.strictObject({
  ...commonOptions,
  ...image.options.shape,
  ...text.options.shape,
  ...audio.options.shape,
});
export type FrozenOptions = z.output<typeof frozenOptions>;
/**
 * A frozen pretrained encoder: `model` is the path of an ONNX file or of a folder with one, or a model id, `owner/name`;
 * further options as in a recipe.
 */
export type PretrainedOptions = z.input<typeof frozenOptions>;

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

  async encode(value, spec, where) {
    const { mean, std } = spec;
    const { vector } = await embedFrozen(spec, value, where);
    return Float32Array.from(vector, (x, k) => (x - mean[k]) / std[k]);
  },

  augment,
};

/** The digest of a value, SHA-256 in hexadecimal, and its embedding. */
export interface EmbeddedFrozen {
  readonly digest: string;
  readonly vector: Float32Array;
}

/**
 * The digest of a value, SHA-256 in hexadecimal, and its embedding by the encoder of a spec, which is not standardised.
 *
 * @throws {InputError} `pretrained/…` for an encoder that is not there or cannot embed it, and the errors of values
 */
export async function embedFrozen(
  { kind, frozen, shape: [length] }: FrozenSpec,
  value: unknown,
  where: string,
): Promise<EmbeddedFrozen> {
  const encoder = await encoderOf(frozen, inputs[kind], where);
  const embedded = await encoder.embed(value, where);
  if (embedded.vector.length !== length) throw otherLength(where, embedded.vector.length, length);
  return embedded;
}

/**
 * Find the encoder of a stored spec, and check that its files are unchanged. `beside` is another folder to look for them in.
 */
export async function findEncoder(
  { kind, frozen }: FrozenSpec,
  where: string,
  beside?: string,
): Promise<void> {
  await encoderOf(frozen, inputs[kind], where, beside);
}

/**
 * The spec of values of `kind`, embedded by the frozen encoder of a recipe's options. It embeds the first sample to determine
 * the length of embeddings, and does not standardise them; see {@link standardised}. `where` names the recipe field in errors.
 */
export async function planFrozen(
  kind: string,
  [first]: readonly Sample[],
  given: PretrainedOptions,
  where: string,
): Promise<FrozenSpec> {
  if (!isFrozenKind(kind)) throw otherKind(kind, where);
  const method = inputs[kind];
  const schema = z.strictObject({ ...commonOptions, ...method.options.shape });
  const { model, file, output, pooling, ...options } = parseOptions(schema, given, where) as CommonOptions;
  const found = await findModelFiles(model, file, method.models, where);
  const path = join(found.folder, found.onnx);
  const opened = await openModel(path);
  const json = async (name: string) => {
    const read = await readFile(join(found.folder, name), "utf8").catch(() => "{}");
    try {
      return Object(JSON.parse(read));
    } catch (cause) {
      throw badConfig(join(found.folder, name), cause);
    }
  };
  const input = await method.plan({ ...found, inputs: opened.inputs, json, file: path, where }, options);
  const outputs = opened.outputs.map(({ name }) => name);
  if (output !== undefined && !outputs.includes(output)) throw noOutput(output, outputs, where);
  const frozen: AnyFrozen = {
    model: absolute(model),
    files: await digestsOf(found, method.files),
    output: output ?? method.outputs.find((name) => outputs.includes(name)) ?? outputs[0],
    pooling,
    input,
  };
  const encoder = await sharedEncoder(frozen, found.folder, method, opened);
  const { length } = (await encoder.embed(first.value, first.where)).vector;
  return { kind, shape: [length], mean: Array(length).fill(0), std: Array(length).fill(1), frozen };
}

const isFrozenKind = (kind: string): kind is FrozenKind => frozenKinds.includes(kind as FrozenKind);

/**
 * The spec that standardises each dimension by the train rows' `embeddings` `[rows, length]`. Standard deviations are at
 * least a tenth of their root mean square over dimensions, so that an almost constant dimension does not dominate new values.
 */
export function standardised(spec: FrozenSpec, embeddings: Float32Array): FrozenSpec {
  const [length] = spec.shape;
  const rows = embeddings.length / length;
  const [mean, variance] = [new Float64Array(length), new Float64Array(length)];
  embeddings.forEach((x, i) => {
    mean[i % length] += x / rows;
  });
  embeddings.forEach((x, i) => {
    variance[i % length] += (x - mean[i % length]) ** 2 / rows;
  });
  const least = 0.1 * Math.sqrt(variance.reduce((sum, x) => sum + x, 0) / length);
  return {
    ...spec,
    mean: Array.from(mean),
    std: Array.from(variance, (x) => Math.max(Math.sqrt(x), least) || 1),
  };
}

const otherKind = (kind: string, where: string) =>
  new InputError({
    code: "pretrained/kind",
    where,
    problem: `the modality is of kind ${kind}`,
    expected: `${frozenKinds.join(", ")} for a pretrained encoder`,
    remedy: "Leave the field out, or give vectors made elsewhere as a modality of kind vector.",
  });

const otherLength = (where: string, length: number, expected: number) =>
  new InputError({
    code: "pretrained/length",
    where,
    problem: `the model's output has ${length} numbers for this value`,
    expected: `${expected}, as for the first train row`,
    remedy: "Name an `output` whose length does not depend on the value.",
  });

const noOutput = (output: string, outputs: readonly string[], where: string) =>
  new InputError({
    code: "pretrained/no-output",
    where: `${where}.output`,
    problem: `the model has no output "${output}"`,
    expected: `one of ${outputs.join(", ")}`,
    remedy: "Correct the name, or leave it out.",
  });

const badConfig = (where: string, cause: unknown) =>
  new InputError(
    {
      code: "pretrained/bad-config",
      where,
      problem: `it is not JSON (${(cause as Error).message})`,
      expected: "a JSON object",
      remedy: "Copy the model again.",
    },
    { cause },
  );
