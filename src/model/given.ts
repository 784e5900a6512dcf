/** Checks the models that a caller gives. */

import { badArgument } from "../base/given.js";
import { Model } from "./model.js";

/** Check a model. @throws {InputError} `usage/bad-argument` unless `model` is one; `where` names the function */
export function checkModel(model: unknown, where: string): asserts model is Model {
  if (model instanceof Model) return;
  throw badArgument(`${where}, model`, model, "a model, of loadModel or metaTrain");
}
