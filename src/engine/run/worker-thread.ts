/** A worker thread and its requests: the main thread's side of messages.ts. */

import { Worker } from "node:worker_threads";
import type { Handlers, Message, Reply } from "./messages.js";
import { disableTelemetry } from "./telemetry.js";

/** The errors that requests reject with. */
interface ThreadErrors {
  /** A handler threw an error with this message. */
  failed(message: string): Error;
  /** The thread ended before it replied. */
  died(reason: string): Error;
}

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A thread that runs a script with the handlers `H`. It keeps the process alive only while a request is pending. */
export class WorkerThread<H extends Handlers<keyof H & string>> {
  readonly #worker: Worker;
  /** Requests without a reply yet, in their order. */
  readonly #pending: PendingRequest[] = [];
  #deathCause: Error | undefined;

  constructor(script: URL, errors: ThreadErrors) {
    disableTelemetry();
    this.#worker = new Worker(script, { execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => {
      const request = this.#pending.shift();
      if (this.#pending.length === 0) this.#worker.unref();
      if ("error" in reply) request?.reject(errors.failed(reply.error));
      else request?.resolve(reply.result);
    });
    const die = (reason: string) => {
      this.#deathCause ??= errors.died(reason);
      for (const { reject } of this.#pending.splice(0)) reject(this.#deathCause);
    };
    this.#worker.on("error", (error) => die(error.message));
    this.#worker.on("exit", (code) => die(`exit code ${code}`));
  }

  /** Whether the thread has ended. Its requests reject then. */
  get isDead(): boolean {
    return this.#deathCause !== undefined;
  }

  /** Call a handler; resolves with its result. Requests may be made before earlier ones have replied. */
  request<Name extends keyof H & string>(
    handler: Name,
    argument: Parameters<H[Name]>[0],
  ): Promise<Awaited<ReturnType<H[Name]>>> {
    return new Promise((resolve, reject) => {
      if (this.#deathCause) throw this.#deathCause;
      this.#worker.ref();
      this.#pending.push({ resolve, reject });
      const message: Message = { handler, argument };
      this.#worker.postMessage(message);
    });
  }

  /** End the thread. */
  terminate(): void {
    void this.#worker.terminate();
  }
}
