/** What a route is made of. The table of routes makes the app and /openapi.json. */

import type { z } from "zod";
import type { TaskView } from "./schemas.js";
import type { Tasks } from "./tasks.js";

export interface Reply {
  readonly status: number;
  /** JSON, unless it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose body has been read. */
export interface Call {
  readonly tasks: Tasks;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  /** Aborted when the request has taken too long, or its client is gone. */
  readonly signal: AbortSignal;
  /** Checks the `If-Match` of the request. */
  readonly expects: (view: TaskView) => void;
  /** Remembers a reply for the request's `Idempotency-Key`, in the transaction of the write, and returns it. */
  readonly keep: (reply: Reply) => Reply;
}

export interface Route {
  readonly method: "get" | "post" | "delete";
  /** With parameters in braces: `/v1/tasks/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Query parameters with what they are. */
  readonly query?: Readonly<Record<string, { readonly schema: z.ZodType; readonly about: string }>>;
  readonly body?: z.ZodType;
  /** Whether the body may be a form (multipart.ts) as well. */
  readonly takesForms?: true;
  /** Content types of a body that is no JSON. */
  readonly takes?: readonly string[];
  readonly status?: number;
  /** The schema of a JSON reply. */
  readonly reply?: z.ZodType;
  /** The content type of another reply. */
  readonly gives?: string;
  /** Statuses of errors besides those of every route. */
  readonly fails?: readonly number[];
  /** Whether it changes something: then it takes `Idempotency-Key`. */
  readonly writes?: true;
  /** Whether it changes a task that is there: then it takes `If-Match`. */
  readonly matches?: true;
  run(call: Call): Promise<Reply>;
}
