/**
 * How many classes an episode may have by default, so that a step's arrays fit the memory of one program. It follows from
 * shapes alone, so that a run and its resumption agree.
 */

import type { Notice } from "../data/index.js";
import { defaultEncoder, encoderMethodOf } from "../encoder/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { Recipe } from "../model/recipe.js";

/** Numbers that a step may keep: 3 GB, of the 4 that a program can address. */
const ROOM = 3 * 2 ** 28;

type Specs = Readonly<Record<string, ModalitySpec>>;

/** Numbers that a gradient keeps of one example, of all modalities together. */
function keptOf(specs: Specs, { encoders: chosen, width }: Recipe): number {
  return Object.entries(specs).reduce((sum, [modality, spec]) => {
    const { name, ...options } = chosen[modality] ?? { name: defaultEncoder(spec.kind) };
    const { activations, options: schema } = encoderMethodOf(name);
    const parsed = schema.safeParse(options);
    return sum + (activations && parsed.success ? activations(spec, width, parsed.data) : 0);
  }, 0);
}

/** The greatest way whose episodes fit, at the recipe's shots and queries; a support is kept once an inner step. */
export function wayThatFits(specs: Specs, recipe: Recipe): number {
  const { shot, labelShots = 0, query } = recipe.episode;
  const passes = "innerSteps" in recipe.learner ? recipe.learner.innerSteps : 1;
  const each = keptOf(specs, recipe) * (passes * (shot + labelShots) + query);
  return Math.max(2, Math.floor(ROOM / Math.max(1, each)));
}

/** What is said where the way is smaller than usual because of the examples' size. */
export const smallerWay = (way: number, usual: number): Notice => ({
  code: "train/smaller-way",
  where: "episodes",
  text: `have ${way} classes instead of ${usual}, since examples are so large that more would take over 3 GB; --way sets another number`,
});
