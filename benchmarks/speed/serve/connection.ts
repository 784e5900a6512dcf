/**
 * A keep-alive HTTP/1.1 connection with one request at a time. It only finds the end of a reply, so that measuring takes
 * little of the processor that the server is measured on.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";

const END_OF_HEAD = "\r\n\r\n";

export class Connection {
  #received: Buffer = Buffer.alloc(0);
  #done: ((status: number) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("close", () => this.#fail?.(new Error("the server closed the connection")));
    socket.on("error", (error) => this.#fail?.(error));
  }

  /** Connect to the server at `url`. */
  static async open(url: string): Promise<Connection> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Send the bytes of a request; resolves with the status of its reply, which must state its length. */
  send(request: Uint8Array): Promise<number> {
    return new Promise((done, fail) => {
      this.#done = done;
      this.#fail = fail;
      this.socket.write(request);
    });
  }

  close(): void {
    this.#fail = undefined;
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : chunk;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + END_OF_HEAD.length + length) return;
    this.#received = Buffer.alloc(0);
    this.#done?.(Number(head.slice(9, 12)));
  }
}

/** The bytes of a POST request. */
export function postOf(url: string, path: string, type: string, body: string | Uint8Array): Uint8Array {
  const { host } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}${END_OF_HEAD}`;
  return Buffer.concat([Buffer.from(head), typeof body === "string" ? Buffer.from(body) : body]);
}
