/**
 * Calls between a page and its worker over a message port. Both sides have handlers: the worker teaches and predicts, the page
 * decodes what only a page can. A call has a number; its events, its reply and its cancellation bear the same.
 */

import { fromPlain, type PlainError, toPlain } from "./plain-error.js";

/** What a handler gets besides its argument. */
export interface CallContext {
  /** Aborts if the caller cancels. */
  readonly signal: AbortSignal;
  /** Send an event to the caller before the reply. */
  emit(event: unknown): void;
  /** Give a buffer of the result to the caller instead of a copy. */
  transfer(buffer: ArrayBufferLike): void;
}

/** A function of any argument: as a method, so that one of a narrower argument is a handler too. */
type Handler = { serve(argument: unknown, context: CallContext): unknown }["serve"];

/** What implements the functions of `Names`: each may be asynchronous, and gets the context of its call. */
export type Served<Names extends Functions<keyof Names>> = {
  readonly [Name in keyof Names]: (
    argument: Parameters<Names[Name]>[0],
    context: CallContext,
  ) => ReturnType<Names[Name]> | Promise<ReturnType<Names[Name]>>;
};

/** Functions of one argument by name. */
type Functions<Names extends PropertyKey> = { readonly [Name in Names]: (argument: never) => unknown };

type Message =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "reply"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly error: PlainError };

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly onEvent?: (event: unknown) => void;
}

/** Options of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: unknown) => void;
  readonly transfer?: readonly ArrayBufferLike[];
}

/** One end of a port: serves its own handlers, and calls `Theirs`. */
export class Connection<Theirs extends Functions<keyof Theirs>> {
  readonly #pending = new Map<number, Pending>();
  readonly #serving = new Map<number, AbortController>();
  #calls = 0;

  constructor(
    readonly port: MessagePort,
    readonly handlers: Readonly<Record<string, Handler>>,
  ) {
    port.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
  }

  /** Call a handler of the other end; resolves with its result. @throws {DOMException} if the argument cannot be sent */
  async call<Name extends keyof Theirs & string>(
    name: Name,
    argument: Parameters<Theirs[Name]>[0],
    { signal, onEvent, transfer = [] }: CallOptions = {},
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    signal?.throwIfAborted();
    const id = this.#calls++;
    const cancel = () => this.#send({ kind: "cancel", id });
    this.#send({ kind: "call", id, name, argument }, transfer);
    signal?.addEventListener("abort", cancel);
    try {
      return await new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject, onEvent }));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Close the port; calls without a reply reject with `reason`. */
  close(reason: Error): void {
    this.port.close();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #send(message: Message, transfer: readonly ArrayBufferLike[] = []): void {
    this.port.postMessage(
      message,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  }

  #receive(message: Message): void {
    const { kind, id } = message;
    if (kind === "call") void this.#serve(message);
    else if (kind === "cancel") this.#serving.get(id)?.abort();
    else if (kind === "event") this.#pending.get(id)?.onEvent?.(message.event);
    else {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (kind === "reply") pending?.resolve(message.result);
      else pending?.reject(fromPlain(message.error));
    }
  }

  async #serve({ id, name, argument }: Message & { kind: "call" }): Promise<void> {
    const controller = new AbortController();
    const transfer: ArrayBufferLike[] = [];
    this.#serving.set(id, controller);
    try {
      const result = await this.handlers[name](argument, {
        signal: controller.signal,
        emit: (event) => this.#send({ kind: "event", id, event }),
        transfer: (buffer) => transfer.push(buffer),
      });
      this.#send({ kind: "reply", id, result }, transfer);
    } catch (error) {
      this.#send({ kind: "failure", id, error: toPlain(error) });
    } finally {
      this.#serving.delete(id);
    }
  }
}
