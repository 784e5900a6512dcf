/** The tasks in memory, the least recently used of which are dropped: they are read from the database again. */

import type { ServedTask } from "./served.js";

export class LoadedTasks {
  readonly #tasks = new Map<string, Promise<ServedTask>>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#tasks.size;
  }

  /** The task of an id, which `load` reads if it is not in memory. */
  async get(id: string, load: () => Promise<ServedTask>): Promise<ServedTask> {
    const task = this.#tasks.get(id) ?? load();
    this.#put(id, task);
    try {
      return await task;
    } catch (error) {
      if (this.#tasks.get(id) === task) this.#tasks.delete(id);
      throw error;
    }
  }

  set(id: string, task: ServedTask): void {
    this.#put(id, Promise.resolve(task));
  }

  delete(id: string): void {
    this.#tasks.delete(id);
  }

  #put(id: string, task: Promise<ServedTask>): void {
    this.#tasks.delete(id);
    this.#tasks.set(id, task);
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size > this.most) this.#tasks.delete(oldest);
  }
}
