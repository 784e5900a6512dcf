/**
 * Values as one vector of the built-in encoders of their kind: the unit vectors of the encoders, each times a fixed scale, one
 * after another. The scales are such that the mean square of a vector's numbers is 1. Numbers of an encoder that cannot read a
 * value are 0.
 *
 * A vector of more than `LONG` numbers, which is sparse, is folded to `FOLDED` (feature hashing; Weinberger, Dasgupta, Langford, Smola, Attenberg,
 * 2009): number i is added to i mod FOLDED, with a minus for odd ⌊i / FOLDED⌋.
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import {
  type Modality,
  type ModalityKind,
  type ModalitySpec,
  modalityKinds,
  type Sample,
} from "../modality.js";
import { evenly } from "../survey.js";
import { vector } from "../vector.js";
import {
  type BuiltinIdentity,
  builtinEncoders,
  builtinIdentity,
  builtinKinds,
  differenceFrom,
  embedBuiltin,
} from "./index.js";
import type { BuiltinEmbeddings } from "./types.js";

/** One encoder's part of the vector: `length` numbers, times `scale`. */
interface BuiltinPart {
  readonly name: string;
  readonly length: number;
  readonly scale: number;
}

/** A modality whose values are embedded by the built-in encoders. */
export interface BuiltinSpec extends ModalitySpec {
  readonly shape: readonly [length: number];
  /** The encoders: their version, the digests of their files, and their parts of the vector in order. */
  readonly builtin: BuiltinIdentity & { readonly parts: readonly BuiltinPart[] };
}

/** Scales by kind and encoder, relative to each other, chosen on validation classes; 1 for others. */
const scales: Readonly<Record<string, number>> = {
  "image/hog": 0.77,
  "image/colour": 0.45,
  "audio/mel": 0.25,
  "text/ngrams": 0.63,
};

/** Sparse vectors longer than this are folded to a shorter one. */
const LONG = 2048;
const FOLDED = 512;
/** Values by which planning decides which encoders can read them. */
const LOOKED_AT = 64;

/** Whether the values of a modality are embedded by the built-in encoders. */
export const isBuiltin = (spec: ModalitySpec): spec is BuiltinSpec => "builtin" in spec;

/** The modality functions of a spec of built-in encoders, as in the table of modalities. */
export const builtinModality: Pick<Modality<BuiltinSpec>, "spec" | "encode" | "augment"> = {
  spec: z
    .strictObject({
      kind: z.enum(modalityKinds),
      shape: z.tuple([z.int().min(1)]).readonly(),
      builtin: z.strictObject({
        version: z.int(),
        files: z.record(z.string(), z.string()),
        parts: z.array(
          z.strictObject({ name: z.string(), length: z.int().min(1), scale: z.number().positive() }),
        ),
      }),
    })
    .refine(({ shape: [length], builtin }) => lengthOf(builtin.parts) === length, {
      message: "parts need one number per dimension",
    }),

  async encode(value, spec, where) {
    const [{ vectors }] = await embedBuiltin(spec.kind, [{ value, where }]);
    return joined(vectors, spec);
  },

  // Cast: augmentation of vectors reads no field of the spec.
  augment: (array, spec, random) => vector.augment(array, spec as never, random),
};

const lengthOf = (parts: readonly BuiltinPart[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** The vectors of a value as the array of `spec`. */
function joined(vectors: BuiltinEmbeddings, { shape, builtin }: BuiltinSpec): Float32Array<ArrayBuffer> {
  const array = new Float32Array(shape[0]);
  let start = 0;
  for (const { name, length, scale } of builtin.parts) {
    const own = vectors[name] && folded(vectors[name], length);
    for (let k = 0; own && k < length; k++) array[start + k] = scale * own[k];
    start += length;
  }
  return array;
}

function folded(numbers: Float32Array, length: number): Float32Array {
  if (numbers.length <= length) return numbers;
  const sums = new Float32Array(length);
  for (const [i, x] of numbers.entries()) sums[i % length] += Math.floor(i / length) % 2 === 0 ? x : -x;
  return sums;
}

/**
 * The spec of values of `kind`, embedded by the built-in encoders. An encoder that can read none of 64 evenly spaced samples is
 * left out. `where` names the recipe field in errors.
 *
 * @throws {InputError} `builtin/kind`, and the errors of values
 */
export async function planBuiltin(
  kind: ModalityKind,
  samples: readonly Sample[],
  where: string,
  signal?: AbortSignal,
): Promise<BuiltinSpec> {
  if (!builtinKinds.includes(kind)) throw otherKind(kind, where);
  const embedded = await embedBuiltin(kind, evenly(samples, LOOKED_AT), { signal });
  const lengths = new Map<string, number>();
  for (const { vectors } of embedded)
    for (const [name, { length }] of Object.entries(vectors))
      if (length > 1) lengths.set(name, length > LONG ? FOLDED : length);
  const relative = builtinEncoders(kind).flatMap((name): BuiltinPart[] => {
    const length = lengths.get(name);
    return length === undefined ? [] : [{ name, length, scale: scales[`${kind}/${name}`] ?? 1 }];
  });
  const length = lengthOf(relative);
  const size = Math.hypot(...relative.map(({ scale }) => scale));
  const parts = relative.map((part) => ({ ...part, scale: (part.scale / size) * Math.sqrt(length) }));
  return { kind, shape: [length], builtin: { ...builtinIdentity(kind), parts } };
}

/**
 * Check that this package has the encoders of a stored spec. `where` names the model in errors.
 *
 * @throws {InputError} `builtin/other-encoders`
 */
export function checkBuiltin({ kind, builtin }: BuiltinSpec, where: string): void {
  const difference = differenceFrom(builtin, kind);
  if (!difference) return;
  throw new InputError({
    code: "builtin/other-encoders",
    where,
    problem: `it was trained with ${difference.stored}`,
    expected: difference.current,
    remedy: "Train the model again, or use it with the release of metamodal that trained it.",
  });
}

const otherKind = (kind: string, where: string) =>
  new InputError({
    code: "builtin/kind",
    where,
    problem: `the modality is of kind ${kind}`,
    expected: `${builtinKinds.join(", ")} for the encoder default`,
    remedy: "Leave the field out.",
  });
