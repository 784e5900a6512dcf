/** The tasks of a server: teaches, changes, predicts and deletes them, with what the database holds as the truth. */

import { randomBytes } from "node:crypto";
import { nextTurn } from "../base/turn.js";
import type { Prediction } from "../model/task.js";
import { decodeTaskFile } from "../teach/file.js";
import { changeOf } from "./changes.js";
import { checkExamples, type Limits } from "./limits.js";
import { LoadedTasks } from "./loaded.js";
import { PredictionQueues } from "./queue.js";
import { noTask, Refusal } from "./refusal.js";
import type { Change, LabelledExample, Query, TaskView, TeachRequest } from "./schemas.js";
import type { Outcome, ServedTask, Teacher, WorkOptions } from "./served.js";
import type { Store } from "./store.js";
import { isAdapted, type StoredTask } from "./stored.js";
import { examplesOf, queriesOf } from "./values.js";
import { viewOf } from "./view.js";

interface WriteOptions<T> extends WorkOptions {
  /** Called in the transaction of the write with its result; what it returns is the reply. */
  readonly finish: (result: Change) => T;
}

interface ChangeOptions<T> extends WriteOptions<T> {
  /** Checks the version that the request expects. */
  readonly expects: (view: TaskView) => void;
}

/** What tasks are made by. */
export interface Teachers {
  readonly base: Teacher;
  /** The trained model that the server was started with, which teaches in place of the base model. */
  readonly model?: Teacher;
}

export class Tasks {
  readonly #loaded: LoadedTasks;
  readonly #queues = new PredictionQueues();
  /** The end of the last change of each task that is being changed. */
  readonly #changing = new Map<string, Promise<unknown>>();

  constructor(
    readonly store: Store,
    private readonly teachers: Teachers,
    private readonly limits: Limits,
    private readonly keepExamples: boolean,
  ) {
    this.#loaded = new LoadedTasks(limits.maxLoaded);
  }

  get loaded(): number {
    return this.#loaded.size;
  }

  get waiting(): number {
    return this.#queues.waiting;
  }

  view(id: string): TaskView {
    const view = this.store.view(id);
    if (!view) throw noTask(id);
    return view;
  }

  /** Loading a task goes on if a request that waits for it is aborted: others may wait as well. */
  task(id: string): Promise<ServedTask> {
    return this.#loaded.get(id, async () => {
      const stored = this.store.read(id);
      if (!stored) throw noTask(id);
      return this.#restore(stored, `task "${id}"`, { signal: new AbortController().signal });
    });
  }

  #restore(stored: StoredTask, where: string, options: WorkOptions): Promise<ServedTask> {
    const { base, model } = this.teachers;
    if (!isAdapted(stored)) return base.restore(stored, where, options);
    if (!model) throw needsModel(where, stored.model);
    return model.restore(stored, where, options);
  }

  /** Teach a task. */
  async create<T>(request: TeachRequest, { signal, finish }: WriteOptions<T>): Promise<T> {
    checkExamples(request.examples.length, this.limits);
    const { base, model = base } = this.teachers;
    const { keepExamples } = this;
    return this.#insert(await model.teach(request, { signal, keepExamples }), request.name, finish);
  }

  /** Take in the bytes of a `.task` file. */
  async import<T>(
    bytes: Uint8Array,
    name: string | undefined,
    { signal, finish }: WriteOptions<T>,
  ): Promise<T> {
    const file = decodeTaskFile(bytes, "the task file");
    if (Object.keys(file.pretrained).length > 0) throw isPretrained();
    checkExamples(file.examples.length, this.limits);
    const { originals, ...rest } = file;
    const kept = this.keepExamples && originals ? { ...rest, originals } : rest;
    // The report is computed anew: a file may state any.
    const task = await this.#restore({ ...kept, report: undefined }, "the task file", { signal });
    return this.#insert({ task, repeated: [], notices: [] }, name, finish);
  }

  /** Add examples to a task. */
  add<T>(id: string, given: readonly LabelledExample[], options: ChangeOptions<T>): Promise<T> {
    return this.#change(id, options, async (task) => {
      checkExamples(task.stored.examples.length + given.length, this.limits);
      return task.add(examplesOf(given), options);
    });
  }

  /** Remove an example of a task. */
  remove<T>(id: string, example: string, options: ChangeOptions<T>): Promise<T> {
    return this.#change(id, options, (task) => task.remove(example, options));
  }

  /** Delete a task. */
  delete<T>(
    id: string,
    { expects, finish }: Omit<ChangeOptions<T>, "finish"> & { finish: () => T },
  ): Promise<T> {
    return this.#alone(id, async () => {
      expects(this.view(id));
      const reply = this.store.transaction(() => {
        this.store.delete(id);
        return finish();
      });
      this.#loaded.delete(id);
      return reply;
    });
  }

  async predict(id: string, queries: readonly Query[], signal: AbortSignal): Promise<Prediction[]> {
    checkExamples(queries.length, this.limits);
    const task = await this.task(id);
    return this.#queues.predict(task, queriesOf(queries), signal);
  }

  #insert<T>(outcome: Outcome, name: string | undefined, finish: (result: Change) => T): T {
    const { task } = outcome;
    const id = randomBytes(9).toString("hex");
    const view = viewOf(task, { id, name, version: 1, created: new Date().toISOString() });
    const reply = this.store.transaction(() => {
      if (this.store.count() >= this.limits.maxTasks) throw tooManyTasks(this.limits.maxTasks);
      this.store.write(view, task.stored, []);
      return finish(changeOf(view, outcome, []));
    });
    this.#loaded.set(id, task);
    return reply;
  }

  #change<T>(
    id: string,
    { expects, finish }: ChangeOptions<T>,
    work: (task: ServedTask) => Promise<Outcome>,
  ): Promise<T> {
    return this.#alone(id, async () => {
      const before = this.view(id);
      expects(before);
      const current = await this.task(id);
      // Predictions go by the current task until the change is on the disk.
      const outcome = await work(current);
      const { task } = outcome;
      const { examples } = current.stored;
      const isSame = examples.length === task.stored.examples.length;
      const view = isSame ? before : viewOf(task, { ...before, version: before.version + 1 });
      const reply = this.store.transaction(() => {
        if (!isSame) this.store.write(view, task.stored, examples);
        return finish(changeOf(view, outcome, examples));
      });
      if (!isSame) this.#loaded.set(id, task);
      return reply;
    });
  }

  /** Run `work` when the changes of the task before it have ended. */
  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(id) ?? Promise.resolve();
    // Other requests are read and served between changes.
    const result = before.then(nextTurn).then(work);
    const end = result.catch(() => {});
    this.#changing.set(id, end);
    try {
      return await result;
    } finally {
      if (this.#changing.get(id) === end) this.#changing.delete(id);
    }
  }
}

const tooManyTasks = (most: number) =>
  new Refusal(409, {
    code: "serve/too-many-tasks",
    where: "the server",
    problem: `it has ${most} tasks`,
    expected: `at most ${most}`,
    remedy: "Delete tasks, or start the server with a higher --max-tasks.",
  });

const needsModel = (where: string, model: string) =>
  new Refusal(409, {
    code: "serve/other-model",
    where,
    problem: `it was adapted from the model ${model.slice(0, 12)}…`,
    expected: "a server of that model",
    remedy: "Start it by metamodal serve MODEL, or delete the task.",
  });

const isPretrained = () =>
  new Refusal(400, {
    code: "serve/pretrained",
    where: "the task file",
    problem: "it names a pretrained encoder, which would have to be opened",
    expected: "a task of the built-in encoders",
    remedy: "Teach it with the built-in encoders.",
  });
