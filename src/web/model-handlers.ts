/** What the worker does with meta-trained models: it loads, keeps and adapts them, predicts and embeds. */

import { keep, kept, keptNames } from "../base/database.web.js";
import { InputError, invariant } from "../base/errors.js";
import { encodeArchive } from "../model/archive.js";
import { loadModel, modelOfArchive } from "../model/load.js";
import type { Model } from "../model/model.js";
import type { Task } from "../model/task.js";
import type { Served } from "./connection.js";
import { heldModel, holdModel, newNumber, releaseHeld } from "./held-models.js";
import type { ModelHandlers, ModelSource } from "./protocol.js";
import { plainExamples } from "./values.js";

const tasks = new Map<number, Task>();

function taskOf(id: number): Task {
  const task = tasks.get(id);
  invariant(task, "a page names tasks that its worker holds");
  return task;
}

async function loaded(source: ModelSource): Promise<Model> {
  if ("url" in source) return loadModel(source.url);
  if ("file" in source) {
    const { file } = source;
    const where = file instanceof File ? file.name : "the file";
    return modelOfArchive(new Uint8Array(await file.arrayBuffer()), where);
  }
  const bytes = await kept("models", source.name);
  if (!bytes) throw noSuchModel(source.name, await keptNames("models"));
  return modelOfArchive(bytes, source.name);
}

/** The handlers of the worker for models. */
export const modelHandlers: Served<ModelHandlers> = {
  loadModel: async (source) => holdModel(await loaded(source)),
  async adapt({ id, examples, labelShots }, { signal }) {
    const task = await heldModel(id).adapt(await plainExamples(examples), { labelShots, signal });
    const number = newNumber();
    tasks.set(number, task);
    return { id: number, classes: task.classes };
  },
  async predictAdapted({ id, examples }, { signal }) {
    return taskOf(id).predictAll(await plainExamples(examples), { signal });
  },
  async embed({ id, examples }, { signal }) {
    return heldModel(id).embed(await plainExamples(examples), { signal });
  },
  saveModel: ({ id, name }) => keep("models", name, encodeArchive(heldModel(id).files())),
  encodeModel({ id }, { transfer }) {
    const bytes = encodeArchive(heldModel(id).files());
    transfer(bytes.buffer);
    return bytes;
  },
  releaseModel({ id }) {
    releaseHeld(id);
    tasks.delete(id);
  },
};

const noSuchModel = (name: string, names: readonly string[]) =>
  new InputError({
    code: "model/no-such-model",
    where: "loadModel",
    problem: `this page has no model "${name}"`,
    expected: names.length > 0 ? `one of ${names.slice(0, 10).join(", ")}` : "the name of a saved model",
    remedy: "Correct the name, or train the model and save it.",
  });
