/** Compiled by `npm run check`: what a recipe's types accept and refuse. */

import { expectTypeOf } from "vitest";
import type { EncoderChoices, LearnerChoice } from "./recipe-choices.js";
import type { Recipe, RecipeInput } from "./recipe-schema.js";

expectTypeOf<"maml">().toExtend<LearnerChoice>();
expectTypeOf<{ name: "maml"; innerSteps: 3 }>().toExtend<LearnerChoice>();
expectTypeOf<42>().not.toExtend<LearnerChoice>();
expectTypeOf<"nobody">().not.toExtend<LearnerChoice>();
expectTypeOf<{ name: "maml"; innerSteps: "3" }>().not.toExtend<LearnerChoice>();
// @ts-expect-error no option of this name
export const misspelled: LearnerChoice = { name: "maml", inerSteps: 3 };
// @ts-expect-error an option of another learner
export const ofAnother: LearnerChoice = { name: "ridge", innerSteps: 3 };

expectTypeOf<{ image: "conv4"; text: "ngrams"; notes: "ngrams" }>().toExtend<EncoderChoices>();
expectTypeOf<{ image: { name: "pretrained"; model: "clip" } }>().toExtend<EncoderChoices>();
expectTypeOf<{ image: "sequence" }>().not.toExtend<EncoderChoices>();
expectTypeOf<{ image: { name: "sequence" } }>().not.toExtend<EncoderChoices>();

expectTypeOf<Recipe>().toExtend<RecipeInput>();
expectTypeOf<{ fusion: "none" }>().not.toExtend<RecipeInput>();
expectTypeOf<{ auxiliary: "none"; alignment: "none" }>().toExtend<RecipeInput>();
