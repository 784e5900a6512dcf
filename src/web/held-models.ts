/** The models that the worker holds, which the page names by number: loaded ones and trained ones. */

import { invariant } from "../base/errors.js";
import type { Model } from "../model/model.js";
import type { ModelEntry } from "./protocol.js";

const models = new Map<number, Model>();
let count = 0;

/** A number that no other model or task has. */
export const newNumber = (): number => count++;

/** Hold a model; returns what the page is sent of it. */
export function holdModel(model: Model): ModelEntry {
  const id = newNumber();
  models.set(id, model);
  return { id, card: model.card, modalities: model.modalities };
}

/** The model of a number. */
export function heldModel(id: number): Model {
  const model = models.get(id);
  invariant(model, "a page names models that its worker holds");
  return model;
}

/** Let go of a model. */
export const releaseHeld = (id: number): void => {
  models.delete(id);
};
