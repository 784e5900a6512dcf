/** A thread of a page and its requests: the starting side of messages.ts. */

import { useOneThread } from "../../base/threads.web.js";
import type { Handlers, Reply } from "./messages.js";
import { Requests, type ThreadErrors } from "./requests.js";

/**
 * A web worker that runs a script with the handlers `H`. If it ends before its first reply, its script is missing or blocked:
 * the page then uses no more threads.
 */
export class WorkerThread<H extends Handlers<keyof H & string>> {
  readonly #worker: Worker | undefined;
  readonly #requests: Requests;

  constructor(script: URL, errors: ThreadErrors) {
    this.#requests = new Requests(errors);
    let hasReplied = false;
    const end = (reason: string) => {
      if (!hasReplied) useOneThread(`${script.href}: ${reason}`);
      this.#requests.end(reason);
    };
    try {
      this.#worker = new Worker(script, { type: "module" });
    } catch (error) {
      end((error as Error).message);
      return;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      hasReplied = true;
      this.#requests.settle(data);
    };
    this.#worker.onerror = ({ message }) => {
      this.terminate();
      end(message ?? "it cannot be loaded");
    };
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
    const replied = this.#requests.send({ handler, argument }, (message) =>
      this.#worker?.postMessage(message),
    );
    // Cast: the reply to a request is its handler's result.
    return replied as Promise<Awaited<ReturnType<H[Name]>>>;
  }

  /** End the thread. */
  terminate(): void {
    this.#worker?.terminate();
  }
}
