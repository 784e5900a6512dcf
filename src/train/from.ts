/**
 * Starting from another model: training begins with its encoders, their running averages and its fusion. The learner, and
 * encoders of modalities that it does not have, are initialised anew. Array specifications of its modalities are kept.
 */

import { type Arrays, copyTree } from "../base/array.js";
import { InputError } from "../base/errors.js";
import type { Row } from "../data/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { Recipe, RecipeInput, Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import type { WithNamedEncoders } from "./named-encoders.js";

/** A recipe's input with the network of `from` in the fields that it leaves out. */
export function likeModel<Input extends WithNamedEncoders<Partial<RecipeInput>>>(
  input: Input,
  from: Model | undefined,
): Input {
  if (!from) return input;
  const { width, fusion, encoders } = from.card.recipe;
  const modalities = input.modalities ?? from.modalities;
  const kept = Object.entries(encoders).filter(([name]) => modalities.includes(name));
  const network = { width, fusion: fusion as RecipeInput["fusion"], encoders: Object.fromEntries(kept) };
  return { ...network, ...input, modalities, encoders: { ...network.encoders, ...input.encoders } };
}

/** The array specifications of a model that starts from `from`. Throws an `InputError` if their networks differ. */
export function specsFrom(
  from: Model,
  recipe: Recipe,
  planned: Readonly<Record<string, ModalitySpec>>,
): Record<string, ModalitySpec> {
  const { recipe: own, modalities } = from.card;
  const check = (field: string, stated: unknown, expected: unknown) => {
    if (JSON.stringify(stated) === JSON.stringify(expected)) return;
    throw new InputError({
      code: "train/other-network",
      where: `recipe, field "${field}"`,
      problem: `it is ${JSON.stringify(stated)}`,
      expected: `${JSON.stringify(expected)}, as in the model to start from`,
      remedy: "Correct the field, leave it out to take the model's, or start from another model.",
    });
  };
  check("width", recipe.width, own.width);
  const specs = Object.entries(planned).map(([name, spec]) => {
    if (!Object.hasOwn(modalities, name)) return [name, spec];
    check(`modalities.${name}`, spec.kind, modalities[name].kind);
    const encoder = recipe.encoders[name];
    if (encoder) check(`encoders.${name}`, encoder, own.encoders[name]);
    return [name, modalities[name]];
  });
  return Object.fromEntries(specs);
}

/** `initial` with the encoders of `from`, and with its fusion if method and modalities are the same. */
export function startFrom(initial: Weights, from: Model, recipe: Recipe): Weights {
  const { params, state } = from.weights;
  const { encoders, fusion } = params.network;
  const known = (of: Readonly<Record<string, Arrays>>) =>
    Object.fromEntries(
      recipe.modalities!.filter((name) => Object.hasOwn(of, name)).map((name) => [name, of[name]]),
    );
  const isSame =
    recipe.fusion === from.card.recipe.fusion &&
    [...recipe.modalities!].sort().join() === [...from.modalities].sort().join();
  const network = {
    encoders: { ...initial.params.network.encoders, ...known(encoders) },
    fusion: isSame ? fusion : initial.params.network.fusion,
  };
  return copyTree({
    params: { ...initial.params, network },
    state: { ...initial.state, ...known(state) },
  });
}

/** The unimodal model of `from` that training on one modality starts from; none if `from` does not have the modality. */
export function aloneOf(from: Model | undefined, name: string): Model | undefined {
  if (!from?.modalities.includes(name)) return undefined;
  if (from.modalities.length === 1) return from;
  if (from.alone[name]) return from.alone[name];
  throw new InputError({
    code: "train/from-without-alone",
    where: "--with-unimodal",
    problem: `the model to start from has none of ${name} alone`,
    expected: "a model of train --with-unimodal",
    remedy: "Train that model with --with-unimodal, or leave it out here.",
  });
}

/** The classes that `from`, and the models it started from, were trained on. */
export function seenBy(from: Model): string[] {
  const { train, seen = [] } = from.card.classes;
  return [...new Set([...train, ...seen])].sort();
}

/** Throw an `InputError` if a held-out row was trained on by `from`: its score would be biased. */
export function checkHeldOut(rows: readonly Row[], from: Model): void {
  const { recipe, classes, held } = from.card;
  if (recipe.closed && !held) return;
  const trained = new Set<string | undefined>(classes.train);
  const unseen = new Set(held && [...held.val, ...held.test]);
  const row = rows.find(({ id, label }) => trained.has(label) && !unseen.has(id));
  if (!row) return;
  throw new InputError({
    code: "train/seen-row",
    where: row.where,
    problem: `the row is held out here, and the model to start from was trained on its class, "${row.label}"`,
    expected: "rows that neither was trained on",
    remedy: "Use the same data and --seed for both, both with --closed, or declare the rows' splits.",
  });
}
