/** Pretrained encoders of a task, each in place of the built-in encoders of a modality. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import { whereOf } from "../episode/table.js";
import { type FrozenSpec, type PretrainedOptions, planFrozen, type Sample } from "../modality/index.js";

/**
 * Pretrained encoders by the name of a modality, or by a kind for all of its modalities: the path of an ONNX file or of a
 * folder with one, a model id, or options as in a recipe.
 */
export type PretrainedChoice = Readonly<Record<string, string | PretrainedOptions>>;

/** The encoders of a task that are not built in, by modality: models, digests of their files and preprocessing. */
export type PretrainedSpecs = Readonly<Record<string, FrozenSpec>>;

/** Errors of values among those of pretrained encoders; others are about the encoder. */
const OF_VALUES = "pretrained/no-tokens";

/** Whether an error is about an encoder, built in or pretrained, and not about a value. */
export const isOfEncoder = ({ code }: InputError): boolean =>
  code.startsWith("builtin/") || (code.startsWith("pretrained/") && code !== OF_VALUES);

/**
 * Plan the chosen encoders for the modalities of a data set.
 *
 * @throws {InputError} `teach/no-modality` for a name of no modality, and `pretrained/…` for a model that is not there or
 * does not fit the modality
 */
export async function planPretrained(
  data: Dataset,
  chosen: PretrainedChoice = {},
): Promise<Record<string, FrozenSpec>> {
  const specs: Record<string, FrozenSpec> = {};
  for (const [name, given] of Object.entries(chosen)) {
    const options = typeof given === "string" ? { model: given } : given;
    for (const modality of modalitiesOf(name, data))
      specs[modality] = await planFor(modality, data, options, `encoder ${name}=${options.model}`);
  }
  return Object.fromEntries(Object.entries(specs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The modality `name`, or all modalities of the kind `name`. */
function modalitiesOf(name: string, { kinds, name: where }: Dataset): string[] {
  if (Object.hasOwn(kinds, name)) return [name];
  const found = Object.keys(kinds).filter((modality) => kinds[modality].kind === name);
  if (found.length > 0) return found;
  const known = Object.entries(kinds).map(([modality, { kind }]) => `${modality} (${kind})`);
  throw new InputError({
    code: "teach/no-modality",
    where: `encoder ${name}`,
    problem: `${where} has no modality of that name or kind`,
    expected: `one of ${known.join(", ")}`,
    remedy: "Correct the name, or leave the encoder out.",
  });
}

/** Plan by the first value that can be decoded. */
async function planFor(
  modality: string,
  { kinds, rows }: Dataset,
  options: PretrainedOptions,
  where: string,
): Promise<FrozenSpec> {
  const samples = rows.flatMap((row): Sample[] =>
    Object.hasOwn(row.values, modality)
      ? [{ value: row.values[modality], where: whereOf(row, modality) }]
      : [],
  );
  let fault: unknown;
  for (const sample of samples)
    try {
      return await planFrozen(kinds[modality].kind, [sample], options, where);
    } catch (error) {
      if (!(error instanceof InputError) || isOfEncoder(error)) throw error;
      fault ??= error;
    }
  if (fault !== undefined) throw fault;
  throw new InputError({
    code: "teach/no-value",
    where,
    problem: `no labelled example has a value of "${modality}"`,
    expected: `examples with "${modality}", which the encoder is chosen for`,
    remedy: `Leave the encoder of "${modality}" out, or add such examples.`,
  });
}
