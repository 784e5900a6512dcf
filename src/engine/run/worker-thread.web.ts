/** A thread of a page and its requests: the starting side of messages.ts. */

import type { Handlers, Message, Reply } from "./messages.js";

/** The errors that requests reject with. */
interface ThreadErrors {
  failed(message: string): Error;
  died(reason: string): Error;
}

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A web worker that runs a script with the handlers `H`. */
export class WorkerThread<H extends Handlers<keyof H & string>> {
  readonly #worker: Worker;
  /** Requests without a reply yet, in their order. */
  readonly #pending: PendingRequest[] = [];
  #deathCause: Error | undefined;

  constructor(script: URL, errors: ThreadErrors) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const request = this.#pending.shift();
      if ("error" in data) request?.reject(errors.failed(data.error));
      else request?.resolve(data.result);
    };
    this.#worker.onerror = ({ message }) => {
      this.#worker.terminate();
      this.#deathCause ??= errors.died(message ?? "it cannot be loaded");
      for (const { reject } of this.#pending.splice(0)) reject(this.#deathCause);
    };
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
      this.#pending.push({ resolve, reject });
      const message: Message = { handler, argument };
      this.#worker.postMessage(message);
    });
  }

  /** End the thread. */
  terminate(): void {
    this.#worker.terminate();
  }
}
