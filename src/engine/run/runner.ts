/** What runs compiled programs: threads of Node (node-runner.ts), or the calling thread alone (local-runner.ts). */

import type { TypedArray } from "../../base/array.js";
import type { Form } from "./form.js";

/** How a program is run. */
export interface JobOptions {
  /** Rejects with its reason if it is aborted before the job starts. */
  readonly signal?: AbortSignal;
  /**
   * Jobs of one lane run one after another on the same threads, in the order in which they are given, so that one may
   * read the results of the one before. They may be given before that one has ended, so a thread need not wait for the
   * main thread in between.
   */
  readonly lane?: object;
}

/** A program that a runner can run. */
export interface Runnable {
  /** Run it once, from the arrays of its arguments to those of its results. */
  run(inputs: readonly TypedArray[], outputs: readonly TypedArray[], options: JobOptions): Promise<void>;
  /** Close it; a later run opens it again. */
  release(): void;
}

export interface Runner {
  /** The most threads that programs run on at a time. */
  readonly threads: number;
  runnable(form: Form): Runnable;
  /** End its idle threads; a later run starts them anew. */
  close(): void;
}
