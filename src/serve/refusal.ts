/** Requests that are refused: an HTTP status, and the parts of an error message with its stable code. */

import { InputError, type InputErrorParts } from "../base/errors.js";
import type { ServerError } from "./schemas.js";

/** A request that the server does not do; nothing has changed. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly parts: InputErrorParts,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${parts.where}: ${parts.problem}`);
    this.name = "Refusal";
  }
}

/** Statuses of input errors that are not a plain 400. */
const statuses: Readonly<Record<string, number>> = {
  "task/no-such-example": 404,
  "task/one-class": 409,
  "task/too-few": 409,
  "task/other-encoders": 409,
  "export/no-builtin": 409,
  "serve/damaged-task": 500,
};

/** What an error becomes: the status, the body and further headers. A bug is a 500 that shows nothing of it. */
export function faultOf(error: unknown): {
  status: number;
  body: ServerError;
  headers: Readonly<Record<string, string>>;
} {
  if (error instanceof Refusal)
    return { status: error.status, body: bodyOf(error.parts), headers: error.headers };
  if (error instanceof InputError)
    return { status: statuses[error.code] ?? 400, body: bodyOf(error.parts), headers: {} };
  return { status: 500, body: bodyOf(unexpected), headers: {} };
}

/** Whether an error is the request's: neither a bug nor a fault of the machine. */
export const isOfRequest = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof InputError;

const LONGEST = 2000;
const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

const bodyOf = ({ code, where, problem, expected, remedy }: InputErrorParts): ServerError => ({
  code,
  message: shortened(problem),
  where: shortened(where),
  expected: shortened(expected),
  remedy,
});

const unexpected: InputErrorParts = {
  code: "internal",
  where: "the server",
  problem: "it failed; nothing that was acknowledged has changed",
  expected: "a reply",
  remedy: "See the server's log.",
};

export const noTask = (id: string) =>
  new Refusal(404, {
    code: "serve/no-task",
    where: `task ${JSON.stringify(id)}`,
    problem: "there is no such task",
    expected: "the id of a task",
    remedy: "GET /v1/tasks lists them.",
  });

/** Work that waits for room: the client may try again. */
export const busy = (code: string, problem: string) =>
  new Refusal(
    429,
    {
      code,
      where: "the server",
      problem,
      expected: "fewer requests at a time",
      remedy: "Try again after the seconds of Retry-After.",
    },
    { "retry-after": "1" },
  );
