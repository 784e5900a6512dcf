/**
 * The recipes that a training tries if nothing about the network is stated: from scratch by the defaults of the data, and with
 * the built-in encoders if a modality in use is sound, text, or images larger than 48 pixels. Each has a part of a budget in
 * minutes, both are validated on the same episodes, and the better one is kept.
 */

import { type Dataset, taskOf } from "../data/index.js";
import { builtinKinds, evenly, modalityOf, type Sample } from "../modality/index.js";
import type { Recipe, RecipeInput } from "../model/index.js";
import { isStated } from "./defaults.js";

/** The share of a budget in minutes that training on the built-in encoders has; the other recipe has the rest. */
const BUILTIN_SHARE = 0.2;
/** Images of at most this longer side, in pixels, are drawings or digits, for which encoders are trained quickly. */
const SMALL_SIDE = 48;
/** Images whose size is looked at. */
const LOOKED_AT = 64;

/** The fields that decide the network and how it is trained. */
const ownFields = [
  ["encoders"],
  ["width"],
  ["fusion"],
  ["alignment"],
  ["auxiliary"],
  ["learner"],
  ["normalisation"],
  ["augment"],
  ["episode", "supportModalities"],
  ["episode", "queryModalities"],
  ["episode", "labelShots"],
  ["train", "optimizer"],
  ["train", "learningRate"],
  ["train", "metaBatch"],
];

/** A recipe of several, and its name in events and files. */
export interface Candidate {
  readonly name: "from scratch" | "default encoders";
  readonly input: RecipeInput;
  /** Its share of a budget in minutes. */
  readonly share: number;
}

/** A recipe on the built-in encoders and one from scratch. */
export type Candidates = Readonly<Record<"builtin" | "scratch", Candidate>>;

/** The recipe on the built-in encoders and the one from scratch; undefined if only the recipe as it is stated comes into question. */
export async function candidatesOf(stated: RecipeInput, data: Dataset): Promise<Candidates | undefined> {
  const { closed, task = taskOf(data.rows), train } = stated;
  if (closed || task === "regression" || train?.steps === 0) return undefined;
  if (ownFields.some((path) => isStated(stated, path))) return undefined;
  const suited: string[] = [];
  for (const name of stated.modalities ?? Object.keys(data.kinds))
    if (Object.hasOwn(data.kinds, name) && (await suits(name, data))) suited.push(name);
  if (suited.length === 0) return undefined;
  const encoders = Object.fromEntries(suited.map((name) => [name, "default" as const]));
  return {
    builtin: { name: "default encoders", input: { ...stated, encoders }, share: BUILTIN_SHARE },
    scratch: { name: "from scratch", input: stated, share: 1 - BUILTIN_SHARE },
  };
}

/** A complete recipe with its share of the minutes; a number of steps stays. */
export const withShare = (recipe: Recipe, { share }: Candidate): Recipe => ({
  ...recipe,
  train: { ...recipe.train, minutes: share * recipe.train.minutes },
});

/** Whether the built-in encoders are tried for a modality. */
async function suits(name: string, { kinds, rows }: Dataset): Promise<boolean> {
  const { kind } = kinds[name];
  if (!builtinKinds.includes(kind) || kind === "strokes") return false;
  if (kind !== "image") return true;
  const samples = rows.flatMap(({ values, where }): Sample[] =>
    Object.hasOwn(values, name) ? [{ value: values[name], where }] : [],
  );
  const { sizeOf } = modalityOf(kind, name);
  const sizes = await Promise.all(evenly(samples, LOOKED_AT).map(({ value }) => sizeOf(value)));
  const known = sizes.flatMap((size) => size?.size ?? []).sort((a, b) => a - b);
  return known.length > 0 && known[Math.floor(known.length / 2)] > SMALL_SIDE;
}
