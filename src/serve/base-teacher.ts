/** Tasks of the base model: taught, and kept as the vectors of their examples. */

import type { Example } from "../data/index.js";
import { exportedFiles } from "../export/export-onnx.js";
import { encodeTaskFile } from "../teach/file.js";
import type { FitOptions } from "../teach/fit-task.js";
import { type TaughtTask, taskOfFile } from "../teach/task.js";
import { teach } from "../teach/teach.js";
import { checkIds } from "./changes.js";
import type { ExportedTask, Outcome, ServedTask, Teacher, WorkOptions } from "./served.js";
import { isAdapted } from "./stored.js";
import { declarationsOf, examplesOf } from "./values.js";

/** The base model; `measure` computes reports. */
export const baseTeacher = (measure: FitOptions["measure"]): Teacher => ({
  async teach({ examples, labelShots }, { signal, keepExamples }): Promise<Outcome> {
    const notices: Outcome["notices"][number][] = [];
    const task = await teach(examplesOf(examples), {
      ...{ labelShots, keepExamples, signal, measure },
      modalities: declarationsOf(examples),
      onNotice: (notice) => notices.push(notice),
    });
    return { task: new TaughtServed(task, measure), repeated: [], notices };
  },
  async restore(stored, where, { signal }) {
    if (isAdapted(stored)) throw new Error("internal: a task of another model");
    return new TaughtServed(await taskOfFile(stored, where, { signal, measure }), measure);
  },
});

class TaughtServed implements ServedTask {
  readonly isTransductive = false;
  /** Computed once: what a task is made of does not change. */
  readonly stored: TaughtTask["file"];

  constructor(
    private readonly task: TaughtTask,
    private readonly measure: FitOptions["measure"],
  ) {
    this.stored = task.file;
  }

  get kind() {
    return this.stored.task;
  }

  get classes() {
    return this.task.classes;
  }

  get modalities() {
    return Object.entries(this.stored.kinds).map(([name, { kind }]) => ({ name, kind }));
  }

  get report() {
    return this.task.report;
  }

  predictAll(examples: readonly Example[], options: WorkOptions) {
    return this.task.predictAll(examples, options);
  }

  async add(examples: readonly Example[], { signal }: WorkOptions): Promise<Outcome> {
    const task = this.task.copy();
    const { repeated, notices } = await task.add(examples, { signal, measure: this.measure });
    checkIds(task, new Set(this.task.examples.map(({ id }) => id)), new Set(examples.map(({ id }) => id!)));
    return { task: new TaughtServed(task, this.measure), repeated, notices };
  }

  async remove(id: string, { signal }: WorkOptions): Promise<Outcome> {
    const task = this.task.copy();
    await task.remove({ ids: [id] }, { signal, measure: this.measure });
    return { task: new TaughtServed(task, this.measure), repeated: [], notices: [] };
  }

  file(): ExportedTask {
    return { name: ".task", bytes: encodeTaskFile(this.stored) };
  }

  onnx() {
    return exportedFiles(this.task);
  }
}
