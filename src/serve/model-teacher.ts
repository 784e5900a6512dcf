/**
 * Tasks of a trained model: adapted to their examples, which are kept as they arrived, since a learner may need all of them
 * again for one more. A stored task is adapted again when it is read; the same examples give the same task.
 */

import { isDeepStrictEqual } from "node:util";
import type { Example, Notice } from "../data/index.js";
import { exportedFiles } from "../export/export-onnx.js";
import type { Model } from "../model/model.js";
import type { Prediction, Task } from "../model/task.js";
import { noSuch } from "../teach/task-errors.js";
import { otherExample } from "./changes.js";
import { Refusal } from "./refusal.js";
import type { ExportedTask, Outcome, ServedTask, Teacher, WorkOptions } from "./served.js";
import { type AdaptedFile, isAdapted, type SupportExample } from "./stored.js";
import { examplesOf } from "./values.js";
import { zipped } from "./zip.js";

/** A trained model. */
export function modelTeacher(model: Model): Teacher {
  const { hash } = model;
  const task = model.card.recipe.task;
  return {
    async teach({ examples, labelShots }, options): Promise<Outcome> {
      const given = examplesOf(examples);
      const file = { task, model: hash, labelShots, examples: sorted(given.map(supportExample)) };
      return {
        task: await AdaptedTask.of(model, file, options),
        repeated: [],
        notices: unusedNotices(given, model),
      };
    },
    async restore(stored, where, options) {
      if (!isAdapted(stored)) throw new Error("internal: a task of another model");
      if (stored.model !== hash) throw otherModel(where, stored.model, hash);
      return AdaptedTask.of(model, stored, options);
    },
  };
}

class AdaptedTask implements ServedTask {
  private constructor(
    private readonly model: Model,
    readonly stored: AdaptedFile,
    private readonly task: Task,
  ) {}

  /** Adapt a model to the examples of a task. */
  static async of(model: Model, stored: AdaptedFile, { signal }: WorkOptions): Promise<AdaptedTask> {
    const support = stored.examples.map(({ values, ...rest }): Example => ({ ...values, ...rest }));
    const { labelShots } = stored;
    return new AdaptedTask(model, stored, await model.adapt(support, { labelShots, signal }));
  }

  get kind() {
    return this.stored.task;
  }

  get classes() {
    return this.task.classes;
  }

  get modalities() {
    return Object.entries(this.model.card.modalities).map(([name, { kind }]) => ({ name, kind }));
  }

  get report() {
    return { reason: "the accuracy of tasks of a trained model is measured by metamodal evaluate" };
  }

  get isTransductive() {
    return this.model.definition.transductive;
  }

  predictAll(examples: readonly Example[], options: WorkOptions): Promise<Prediction[]> {
    return this.task.predictAll(examples, options);
  }

  async add(examples: readonly Example[], options: WorkOptions): Promise<Outcome> {
    const known = new Map(this.stored.examples.map((example) => [example.id, example]));
    const given = examples.map(supportExample);
    const repeated = given.filter(({ id }) => known.has(id));
    const other = repeated.find((example) => !isDeepStrictEqual(example, known.get(example.id)));
    if (other) throw otherExample(other.id);
    const ids = repeated.map(({ id }) => id);
    const notices = unusedNotices(examples, this.model);
    if (ids.length === given.length) return { task: this, repeated: ids, notices };
    const added = given.filter(({ id }) => !known.has(id));
    const task = await this.#with([...this.stored.examples, ...added], options);
    return { task, repeated: ids, notices };
  }

  async remove(id: string, options: WorkOptions): Promise<Outcome> {
    const { examples } = this.stored;
    const kept = examples.filter((example) => example.id !== id);
    if (kept.length === examples.length)
      throw noSuch(
        "example",
        id,
        examples.map((example) => example.id),
      );
    return { task: await this.#with(kept, options), repeated: [], notices: [] };
  }

  file(): ExportedTask {
    return { name: "-task.zip", bytes: zipped(this.task.files()) };
  }

  onnx() {
    return exportedFiles(this.task);
  }

  #with(examples: readonly SupportExample[], options: WorkOptions): Promise<AdaptedTask> {
    return AdaptedTask.of(this.model, { ...this.stored, examples: sorted(examples) }, options);
  }
}

function supportExample({ id, label, group, ...values }: Example): SupportExample {
  return { id: id!, label: label!, ...(group !== undefined && { group }), values };
}

/** Examples in the order of ids, so that a task is a function of their set. */
const sorted = (examples: readonly SupportExample[]): readonly SupportExample[] =>
  [...examples].sort((a, b) => (a.id < b.id ? -1 : 1));

/** A notice per modality of examples that the model does not have. */
function unusedNotices(examples: readonly Example[], { modalities }: Model): Notice[] {
  const names = new Set(examples.flatMap((example) => Object.keys(supportExample(example).values)));
  return [...names]
    .filter((name) => !modalities.includes(name))
    .map((name) => ({
      code: "serve/unused-modality",
      where: "examples",
      text: `the model does not use "${name}"; its modalities are ${modalities.join(", ")}`,
    }));
}

const otherModel = (where: string, stored: string, current: string) =>
  new Refusal(409, {
    code: "serve/other-model",
    where,
    problem: `it was adapted from the model ${stored.slice(0, 12)}…`,
    expected: `a task of the server's model, ${current.slice(0, 12)}…`,
    remedy: "Start the server with the task's model, or delete the task.",
  });
