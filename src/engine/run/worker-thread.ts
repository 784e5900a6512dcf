/** A worker thread and its requests: the main thread's side of messages.ts. */

import { Worker } from "node:worker_threads";
import type { Handlers, Reply } from "./messages.js";
import { Requests, type ThreadErrors } from "./requests.js";
import { disableTelemetry } from "./telemetry.js";

/** A thread that runs a script with the handlers `H`. It keeps the process alive only while a request is pending. */
export class WorkerThread<H extends Handlers<keyof H & string>> {
  readonly #worker: Worker;
  readonly #requests: Requests;

  constructor(script: URL, errors: ThreadErrors) {
    disableTelemetry();
    this.#requests = new Requests(errors);
    this.#worker = new Worker(script, { execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => {
      this.#requests.settle(reply);
      if (this.#requests.isIdle) this.#worker.unref();
    });
    this.#worker.on("error", (error) => this.#requests.end(error.message));
    this.#worker.on("exit", (code) => this.#requests.end(`exit code ${code}`));
  }

  /** Whether the thread has ended. Its requests reject then. */
  get isDead(): boolean {
    return this.#requests.isDead;
  }

  /** Call a handler; resolves with its result. Requests may be made before earlier ones have replied. */
  request<Name extends keyof H & string>(
    handler: Name,
    argument: Parameters<H[Name]>[0],
  ): Promise<Awaited<ReturnType<H[Name]>>> {
    const replied = this.#requests.send({ handler, argument }, (message) => {
      this.#worker.postMessage(message);
      this.#worker.ref();
    });
    // Cast: the reply to a request is its handler's result.
    return replied as Promise<Awaited<ReturnType<H[Name]>>>;
  }

  /** End the thread. */
  terminate(): void {
    void this.#worker.terminate();
  }
}
