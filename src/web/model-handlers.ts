/** What the worker does with meta-trained models: it loads and adapts them, predicts and embeds. */

import { loadModel } from "../model/load.js";
import type { Model } from "../model/model.js";
import type { Task } from "../model/task.js";
import type { Served } from "./connection.js";
import { inUse } from "./in-use.js";
import type { ModelHandlers } from "./protocol.js";
import { plainExamples } from "./values.js";

const models = new Map<number, Model>();
const tasks = new Map<number, Task>();
let count = 0;

/** The handlers of the worker for models. */
export const modelHandlers: Served<ModelHandlers> = {
  async loadModel({ url }) {
    const model = await loadModel(url);
    models.set(count, model);
    return { id: count++, card: model.card, modalities: model.modalities };
  },
  async adapt({ id, examples, labelShots }, { signal }) {
    const model = inUse(models.get(id), "the model");
    const task = await model.adapt(await plainExamples(examples), { labelShots, signal });
    tasks.set(count, task);
    return { id: count++, classes: task.classes };
  },
  async predictAdapted({ id, examples }, { signal }) {
    return inUse(tasks.get(id), "the task").predictAll(await plainExamples(examples), { signal });
  },
  async embed({ id, examples }, { signal }) {
    return inUse(models.get(id), "the model").embed(await plainExamples(examples), { signal });
  },
  releaseModel({ id }) {
    models.delete(id);
    tasks.delete(id);
  },
};
