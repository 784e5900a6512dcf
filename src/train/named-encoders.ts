/** `encoders: default` by modality, once the data are known. */

import type { Dataset } from "../data/index.js";
import { builtinKinds } from "../modality/index.js";
import type { RecipeInput } from "../model/index.js";
import type { EncoderChoices } from "../model/recipe-choices.js";

/** A recipe whose encoders are named by modality. */
export type WithNamedEncoders<Input> = Omit<Input, "encoders"> & { encoders?: EncoderChoices };

/** The recipe with `encoders: default` as the encoder `default` of each modality in use that has built-in encoders. */
export function withNamedEncoders<Input extends Pick<RecipeInput, "encoders" | "modalities">>(
  input: Input,
  { kinds }: Dataset,
): WithNamedEncoders<Input> {
  const { encoders, ...rest } = input;
  if (encoders === undefined) return rest;
  if (encoders !== "default") return { ...rest, encoders };
  const used = (input.modalities ?? Object.keys(kinds)).filter(
    (name) => Object.hasOwn(kinds, name) && builtinKinds.includes(kinds[name].kind),
  );
  return { ...rest, encoders: Object.fromEntries(used.map((name) => [name, "default" as const])) };
}
