/**
 * The largest way whose arrays fit the memory of a program. It depends on shapes only, so that a resumed run has the same.
 */

import type { Notice } from "../data/index.js";
import { defaultEncoder, encoderMethodOf } from "../encoder/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { Recipe } from "../model/recipe.js";

/** Most float32 values that a step may store: 3 GB, of the 4 GB that a program can address. */
const MAX_VALUES = 3 * 2 ** 28;

type Specs = Readonly<Record<string, ModalitySpec>>;

/** Activations that a gradient stores per example, over all modalities. */
function keptOf(specs: Specs, { encoders: chosen, width }: Recipe): number {
  return Object.entries(specs).reduce((sum, [modality, spec]) => {
    const { name, ...options } = chosen[modality] ?? { name: defaultEncoder(spec.kind) };
    const { activations, options: schema } = encoderMethodOf(name);
    const parsed = schema.safeParse(options);
    return sum + (activations && parsed.success ? activations(spec, width, parsed.data) : 0);
  }, 0);
}

/** The largest way that fits, with the recipe's shots and queries; a support is stored once per inner step. */
export function wayThatFits(specs: Specs, recipe: Recipe): number {
  const { shot, labelShots = 0, query } = recipe.episode;
  const passes = "innerSteps" in recipe.learner ? recipe.learner.innerSteps : 1;
  const each = keptOf(specs, recipe) * (passes * (shot + labelShots) + query);
  return Math.max(2, Math.floor(MAX_VALUES / Math.max(1, each)));
}

/** The notice that the way is smaller than usual because of the size of examples. */
export const smallerWay = (way: number, usual: number): Notice => ({
  code: "train/smaller-way",
  where: "episodes",
  text: `have ${way} classes instead of ${usual}, since examples are so large that more would take over 3 GB; --way sets another number`,
});
