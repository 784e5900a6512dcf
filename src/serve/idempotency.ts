/** Writes with a key are made once: the same key gives the reply of the first time, which the database remembers. */

import { sha256 } from "../base/sha256.js";
import { Refusal } from "./refusal.js";
import type { Reply } from "./route.js";
import type { KeptReply, Store } from "./store.js";

/** What distinguishes a request from another. */
interface Identified {
  readonly identity: readonly string[];
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

/** The key of a header. @throws {Refusal} `serve/bad-key` */
export function keyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === "string" && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new Refusal(400, {
    code: "serve/bad-key",
    where: "header Idempotency-Key",
    problem: "it is no key",
    expected: "1 to 200 visible ASCII characters",
    remedy: "Use a random UUID.",
  });
}

export class Idempotency {
  /** The end of each key's request that is in progress. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(private readonly store: Store) {}

  /** Do a write unless the key's has been done. `keep`, in the transaction of the write, remembers the reply. */
  async run(
    key: string,
    { identity, bytes, contentType }: Identified,
    write: (keep: (reply: Reply) => Reply) => Promise<Reply>,
  ): Promise<Reply> {
    for (let other = this.#running.get(key); other; other = this.#running.get(key)) await other;
    const digest = sha256(JSON.stringify(identity), withoutBoundary(bytes, contentType));
    const known = this.store.reply(key);
    if (known) return again(known, digest);
    const result = write((reply) => {
      this.store.keepReply(key, digest, textOf(reply));
      return reply;
    });
    const end = result.catch(() => {});
    this.#running.set(key, end);
    try {
      return await result;
    } finally {
      this.#running.delete(key);
    }
  }
}

/** The bytes of a body, in which a form's boundary, random each time that a client sends it, is empty. */
function withoutBoundary(bytes: Uint8Array, contentType: string | null): Uint8Array {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? "") ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return bytes;
  return Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(boundary, ""), "latin1");
}

const textOf = ({ status, headers = {}, body }: Reply): KeptReply => ({
  status,
  headers,
  body: body === undefined ? "" : JSON.stringify(body),
});

function again({ request, status, headers, body }: KeptReply & { request: string }, digest: string): Reply {
  if (request === digest)
    return {
      status,
      headers: { ...headers, "idempotent-replayed": "true" },
      ...(body !== "" && { body: JSON.parse(body) }),
    };
  throw new Refusal(422, {
    code: "serve/key-used",
    where: "header Idempotency-Key",
    problem: "it was used for another request",
    expected: "a key of its own for each request",
    remedy: "Use a random UUID.",
  });
}
