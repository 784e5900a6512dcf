/** The table of encoders, one row per method. */

import { InputError } from "../base/errors.js";
import { embeddingsOf, type ModalityKind, type ModalitySpec } from "../modality/index.js";
import { builtin } from "./builtin.js";
import { columns } from "./columns.js";
import { conv4 } from "./conv4.js";
import { ftTransformer } from "./ft-transformer.js";
import { linear } from "./linear.js";
import { mlp } from "./mlp.js";
import { ngrams } from "./ngrams.js";
import { pretrained } from "./pretrained.js";
import { resnet } from "./resnet.js";
import { sequence } from "./sequence.js";
import { spectrogram } from "./spectrogram.js";
import { tabular } from "./tabular.js";
import type { Encoder, EncoderMethod } from "./types.js";

export type { Encoder, EncoderMethod } from "./types.js";

/** All encoders, by name. The first of a kind is the default of that kind. */
export const encoders = {
  conv4,
  resnet,
  spectrogram,
  ngrams,
  sequence,
  tabular,
  columns,
  "ft-transformer": ftTransformer,
  mlp,
  linear,
  pretrained,
  default: builtin,
} as const satisfies Record<string, EncoderMethod>;

const rows: Readonly<Record<string, EncoderMethod>> = encoders;

/** The row `name`, with its options as an unspecified record. */
export const encoderMethodOf = (name: string): EncoderMethod => rows[name];

/** The default encoder of a kind. Every kind has one, as a test asserts. */
export function defaultEncoder(kind: ModalityKind): string {
  return Object.values(rows).find((encoder) => encoder.kind === kind)!.name;
}

/**
 * The encoder `name` with its options, for arrays of `spec`. `where` names the recipe field in errors.
 *
 * @throws {InputError} `recipe/encoder` if the name is unknown, or encodes another kind of modality.
 */
export function encoderFor(
  { name, ...options }: { name: string },
  spec: ModalitySpec,
  where: string,
): Encoder {
  const method = Object.hasOwn(rows, name) ? rows[name] : undefined;
  const given = embeddingsOf(spec);
  const fits = ({ kind, embeddings }: EncoderMethod) =>
    embeddings === given && (given !== undefined || kind === spec.kind);
  const fitting = Object.values(rows).filter(fits);
  if (!method || !fits(method))
    throw new InputError({
      code: "recipe/encoder",
      where,
      problem: method
        ? `${name} encodes ${method.kind}, this modality is ${spec.kind}`
        : `no encoder "${name}"`,
      expected: fitting.map((other) => other.name).join(" or "),
      remedy: "Choose one of these, or leave the field out.",
    });
  return method.create(options);
}
