/** What the worker does with meta-trained models: it loads and adapts them, predicts and embeds. */

import { invariant } from "../base/errors.js";
import { checkThreads } from "../engine/run/check-threads.web.js";
import { loadModel } from "../model/load.js";
import type { Model } from "../model/model.js";
import type { Task } from "../model/task.js";
import type { Served } from "./connection.js";
import type { ModelHandlers } from "./protocol.js";
import { plainExamples } from "./values.js";

const models = new Map<number, Model>();
const tasks = new Map<number, Task>();
let count = 0;

/** What a page names by number. */
function held<Value>(values: ReadonlyMap<number, Value>, id: number): Value {
  const value = values.get(id);
  invariant(value, "a page names models and tasks that its worker holds");
  return value;
}

/** The handlers of the worker for models. */
export const modelHandlers: Served<ModelHandlers> = {
  async loadModel({ url }) {
    await checkThreads();
    const model = await loadModel(url);
    models.set(count, model);
    return { id: count++, card: model.card, modalities: model.modalities };
  },
  async adapt({ id, examples, labelShots }, { signal }) {
    const task = await held(models, id).adapt(await plainExamples(examples), { labelShots, signal });
    tasks.set(count, task);
    return { id: count++, classes: task.classes };
  },
  async predictAdapted({ id, examples }, { signal }) {
    return held(tasks, id).predictAll(await plainExamples(examples), { signal });
  },
  async embed({ id, examples }, { signal }) {
    return held(models, id).embed(await plainExamples(examples), { signal });
  },
  releaseModel({ id }) {
    models.delete(id);
    tasks.delete(id);
  },
};
