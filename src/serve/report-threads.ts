/**
 * Reports of taught tasks, computed in threads of their own: cross-validation takes nearly all of the time of teaching, in
 * which the server would do nothing else. A thread computes one report at a time; it is ended when its request is aborted,
 * since what it runs cannot be interrupted otherwise.
 */

import { once } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { nextTurn } from "../base/turn.js";
import type { FitOptions } from "../teach/fit-task.js";
import { reportOf, type TaskReport } from "../teach/report.js";

type Measure = NonNullable<FitOptions["measure"]>;
type Measured = Parameters<Measure>;

export interface ReportRequest {
  readonly examples: Measured[0];
  readonly kinds: Measured[1];
  readonly labelTexts: NonNullable<Measured[2]>["labelTexts"];
}

export type ReportReply = { readonly report: TaskReport } | { readonly error: unknown };

/** The script beside this module; run from source, that of the built package. */
function script(): URL {
  const beside = new URL("./report-thread.js", import.meta.url);
  return existsSync(beside) ? beside : new URL("../../dist/bundle/report-thread.js", import.meta.url);
}

/** Examples up to which a report is computed at once: handing it to a thread takes about as long. */
const FEW = 32;
/** One core is left to requests. */
const MOST = Math.max(1, availableParallelism() - 1);

export class ReportThreads {
  readonly #idle: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Compute a report as `reportOf` does. @throws {DOMException} `AbortError` when the signal is aborted */
  readonly measure: Measure = async (examples, kinds, options = {}) => {
    if (examples.length <= FEW) {
      await nextTurn();
      return reportOf(examples, kinds, options);
    }
    const { labelTexts, signal } = options;
    await this.#turn(signal);
    try {
      signal?.throwIfAborted();
      return await this.#run({ examples, kinds, labelTexts }, signal);
    } finally {
      // The next one takes this one's place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  };

  /** End the threads; none may be computing. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  /** Resolves when a thread is free, in the order of calls. */
  async #turn(signal?: AbortSignal): Promise<void> {
    if (this.#running < MOST) {
      this.#running++;
      return;
    }
    await new Promise<void>((done, fail) => {
      const start = () => {
        signal?.removeEventListener("abort", leave);
        done();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        fail(signal?.reason);
      };
      this.#waiting.push(start);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  async #run(request: ReportRequest, signal?: AbortSignal): Promise<TaskReport> {
    const worker = this.#idle.pop() ?? new Worker(script(), { execArgv: [] });
    // An idle thread does not keep the process alive.
    worker.ref();
    worker.postMessage(request);
    let reply: ReportReply;
    try {
      [reply] = await once(worker, "message", { signal });
    } catch (error) {
      void worker.terminate();
      throw error;
    }
    worker.unref();
    this.#idle.push(worker);
    if ("error" in reply) throw reply.error;
    return reply.report;
  }
}
