/** Requests to a thread and its replies: the starting side of messages.ts, for threads of Node and of a page. */

import type { Message, Reply } from "./messages.js";

/** The errors that requests reject with. */
export interface ThreadErrors {
  /** A handler threw an error with this message. */
  failed(message: string): Error;
  /** The thread ended before it replied. */
  died(reason: string): Error;
}

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The requests to one thread that have no reply yet, in their order. */
export class Requests {
  readonly #pending: PendingRequest[] = [];
  #deathCause: Error | undefined;

  constructor(readonly errors: ThreadErrors) {}

  /** Whether the thread has ended. Its requests reject then. */
  get isDead(): boolean {
    return this.#deathCause !== undefined;
  }

  /** Whether all requests have their replies. */
  get isIdle(): boolean {
    return this.#pending.length === 0;
  }

  /** Post a request; resolves with its result. One that cannot be posted rejects, and is not waited for. */
  send(message: Message, post: (message: Message) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#deathCause) throw this.#deathCause;
      post(message);
      this.#pending.push({ resolve, reject });
    });
  }

  /** Settle the first request by its reply. */
  settle(reply: Reply): void {
    const request = this.#pending.shift();
    if ("error" in reply) request?.reject(this.errors.failed(reply.error));
    else request?.resolve(reply.result);
  }

  /** Reject all requests, and those to come: the thread has ended. */
  end(reason: string): void {
    this.#deathCause ??= this.errors.died(reason);
    for (const { reject } of this.#pending.splice(0)) reject(this.#deathCause);
  }
}
