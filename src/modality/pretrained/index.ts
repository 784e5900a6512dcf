/** Frozen pretrained encoders: raw values are embedded before they become arrays. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import type { Sample } from "../modality.js";
import { parseOptions } from "../options.js";
import { audio } from "./audio.js";
import { encoderOf, openModel, sharedEncoder } from "./encoder.js";
import { image } from "./image.js";
import { inputs } from "./inputs.js";
import { absolute, digestsOf, findModelFiles } from "./model-files.js";
import { text } from "./text.js";
import {
  type AnyFrozen,
  type CommonOptions,
  commonOptions,
  type FrozenKind,
  type FrozenSpec,
  frozenKinds,
} from "./types.js";

export { absolute as absoluteModel } from "./model-files.js";
export type { FrozenKind, FrozenSpec } from "./types.js";

/** The recipe options of frozen encoders of all kinds; {@link planFrozen} accepts only those of the modality's kind. */
export const frozenOptions = z.strictObject({
  ...commonOptions,
  ...image.options.shape,
  ...text.options.shape,
  ...audio.options.shape,
});
export type FrozenOptions = z.output<typeof frozenOptions>;

/**
 * Find the encoder of a stored spec, and check that its files are unchanged. `beside` is another folder to look for them in.
 */
export async function findEncoder(
  { kind, frozen }: FrozenSpec,
  where: string,
  beside: string,
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
  given: FrozenOptions,
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
  const { length } = await encoder.embed(first.value, first.where);
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
