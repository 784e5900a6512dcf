/** The tasks of a server: teaches, changes, predicts and deletes them, with what the database holds as the truth. */

import { randomBytes } from "node:crypto";
import { decodeTaskFile } from "../teach/file.js";
import type { TaughtPrediction } from "../teach/prediction.js";
import { type TaughtTask, taskOfFile } from "../teach/task.js";
import { teach } from "../teach/teach.js";
import { type Changes, changeOf, checkIds } from "./changes.js";
import { checkExamples, type Limits } from "./limits.js";
import { LoadedTasks } from "./loaded.js";
import { PredictionQueues } from "./queue.js";
import { noTask, Refusal } from "./refusal.js";
import type { Change, LabelledExample, Query, TaskView, TeachRequest } from "./schemas.js";
import type { Store } from "./store.js";
import { declarationsOf, examplesOf, queriesOf } from "./values.js";
import { viewOf } from "./view.js";

export interface WriteOptions<T> {
  readonly signal: AbortSignal;
  /** Called in the transaction of the write with its result; what it returns is the reply. */
  readonly finish: (result: Change) => T;
}

export interface ChangeOptions<T> extends WriteOptions<T> {
  /** Checks the version that the request expects. */
  readonly expects: (view: TaskView) => void;
}

export class Tasks {
  readonly #loaded: LoadedTasks;
  readonly #queues = new PredictionQueues();
  /** The end of the last change of each task that is being changed. */
  readonly #changing = new Map<string, Promise<unknown>>();

  constructor(
    readonly store: Store,
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

  task(id: string): Promise<TaughtTask> {
    return this.#loaded.get(id, async () => {
      const file = this.store.read(id);
      if (!file) throw noTask(id);
      return taskOfFile(file, `task "${id}"`);
    });
  }

  /** Teach a task. */
  async create<T>(request: TeachRequest, { signal, finish }: WriteOptions<T>): Promise<T> {
    const { name, labelShots, examples } = request;
    checkExamples(examples.length, this.limits);
    const changes: Changes = { repeated: [], notices: [] };
    const task = await teach(examplesOf(examples), {
      labelShots,
      keepExamples: this.keepExamples,
      modalities: declarationsOf(examples),
      onNotice: ({ code, text }) => changes.notices.push({ code, text }),
      signal,
    });
    return this.#insert(task, { name, changes, finish });
  }

  /** Take in the bytes of a `.task` file. */
  async import<T>(bytes: Uint8Array, name: string | undefined, { finish }: WriteOptions<T>): Promise<T> {
    const file = decodeTaskFile(bytes, "the task file");
    if (Object.keys(file.pretrained).length > 0) throw isPretrained();
    checkExamples(file.examples.length, this.limits);
    const { originals, ...rest } = file;
    const kept = this.keepExamples && originals ? { ...rest, originals } : rest;
    // The report is computed anew: a file may state any.
    const task = await taskOfFile({ ...kept, report: undefined }, "the task file");
    return this.#insert(task, { name, changes: { repeated: [], notices: [] }, finish });
  }

  /** Add examples to a task. */
  add<T>(id: string, given: readonly LabelledExample[], options: ChangeOptions<T>): Promise<T> {
    return this.#change(id, options, async (task) => {
      checkExamples(task.examples.length + given.length, this.limits);
      const examples = examplesOf(given);
      const before = new Set(task.examples.map((example) => example.id));
      const { repeated, notices } = await task.add(examples, { signal: options.signal });
      checkIds(task, before, new Set(examples.map((example) => example.id!)));
      return { repeated: [...repeated], notices: notices.map(({ code, text }) => ({ code, text })) };
    });
  }

  /** Remove an example of a task. */
  remove<T>(id: string, example: string, options: ChangeOptions<T>): Promise<T> {
    return this.#change(id, options, async (task) => {
      await task.remove({ ids: [example] });
      return { repeated: [], notices: [] };
    });
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

  async predict(id: string, queries: readonly Query[], signal: AbortSignal): Promise<TaughtPrediction[]> {
    checkExamples(queries.length, this.limits);
    const task = await this.task(id);
    return this.#queues.predict(task, queriesOf(queries), signal);
  }

  #insert<T>(
    task: TaughtTask,
    { name, changes, finish }: { name?: string; changes: Changes; finish: (result: Change) => T },
  ): T {
    const id = randomBytes(9).toString("hex");
    const view = viewOf(task, { id, name, version: 1, created: new Date().toISOString() });
    const reply = this.store.transaction(() => {
      if (this.store.count() >= this.limits.maxTasks) throw tooManyTasks(this.limits.maxTasks);
      this.store.write(view, task.file, []);
      return finish(changeOf(view, task, [], changes));
    });
    this.#loaded.set(id, task);
    return reply;
  }

  #change<T>(
    id: string,
    { expects, finish }: ChangeOptions<T>,
    work: (task: TaughtTask) => Promise<Changes>,
  ): Promise<T> {
    return this.#alone(id, async () => {
      const before = this.view(id);
      expects(before);
      const current = await this.task(id);
      // Predictions go by the current task until the change is on the disk.
      const task = current.copy();
      const changes = await work(task);
      const { examples } = current.file;
      const isSame = examples.length === task.examples.length;
      const view = isSame ? before : viewOf(task, { ...before, version: before.version + 1 });
      const reply = this.store.transaction(() => {
        if (!isSame) this.store.write(view, task.file, examples);
        return finish(changeOf(view, task, examples, changes));
      });
      if (!isSame) this.#loaded.set(id, task);
      return reply;
    });
  }

  /** Run `work` when the changes of the task before it have ended. */
  async #alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(id) ?? Promise.resolve();
    const result = before.then(work);
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

const isPretrained = () =>
  new Refusal(400, {
    code: "serve/pretrained",
    where: "the task file",
    problem: "it names a pretrained encoder, which would have to be opened",
    expected: "a task of the built-in encoders",
    remedy: "Teach it with the built-in encoders.",
  });
