/** Reads the body of a request: bounded while it arrives, then parsed by its content type and checked by a schema. */

import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import type { Gate, Limits } from "./limits.js";
import { bodyOfForm } from "./multipart.js";
import { Refusal } from "./refusal.js";

/** Read the bytes of a body and run `work` with them; `gate` counts them meanwhile. @throws {Refusal} `serve/too-large` */
export async function withBody<T>(
  incoming: IncomingMessage,
  { maxBody }: Limits,
  gate: Gate,
  work: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const declared = Number(incoming.headers["content-length"] ?? 0);
  if (declared > maxBody) throw tooLarge(maxBody);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const take = (chunk: Uint8Array) => {
    gate.take(chunk.length);
    size += chunk.length;
    if (size > maxBody) throw tooLarge(maxBody);
    chunks.push(chunk);
  };
  try {
    await eachChunk(incoming, take);
    return await work(Buffer.concat(chunks, size));
  } finally {
    gate.give(size);
  }
}

function eachChunk(incoming: IncomingMessage, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((done, fail) => {
    const receive = (chunk: Uint8Array) => {
      try {
        take(chunk);
      } catch (error) {
        stop(error);
      }
    };
    // What arrives after a refusal is read by others, to be dropped, and counts no longer.
    const stop = (error: unknown) => {
      incoming.off("data", receive);
      incoming.pause();
      fail(error);
    };
    incoming.on("data", receive);
    incoming.on("end", done);
    incoming.on("error", () => stop(brokenOff()));
    incoming.on("close", () => {
      if (!incoming.complete) stop(brokenOff());
    });
  });
}

/** The body as the schema's type. @throws {Refusal} `serve/content-type`, `serve/bad-json`, `serve/bad-body` */
export async function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  contentType: string | null,
): Promise<z.output<Schema>> {
  const [type] = (contentType ?? "").toLowerCase().split(";");
  const value =
    type.trim() === "multipart/form-data"
      ? await bodyOfForm(bytes, contentType!)
      : type.trim() === "application/json"
        ? parseJson(bytes)
        : wrongType(contentType, "application/json or multipart/form-data");
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(400, {
    code: "serve/bad-body",
    where: issue.path.length > 0 ? `field "${issue.path.map(String).join(".")}"` : "the body",
    problem: issue.message,
    expected: "a body as /openapi.json describes it",
    remedy: "Mend the request.",
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal(400, {
      code: "serve/bad-json",
      where: "the body",
      problem: (error as Error).message,
      expected: "JSON in UTF-8",
      remedy: "Mend the request.",
    });
  }
}

/** @throws {Refusal} 415 `serve/content-type` */
export function wrongType(contentType: string | null, expected: string): never {
  throw new Refusal(415, {
    code: "serve/content-type",
    where: "header Content-Type",
    problem: contentType === null ? "there is none" : `it is ${JSON.stringify(contentType)}`,
    expected,
    remedy: "Set the header.",
  });
}

const tooLarge = (maxBody: number) =>
  new Refusal(
    413,
    {
      code: "serve/too-large",
      where: "the body",
      problem: "it is too large",
      expected: `at most ${maxBody} bytes`,
      remedy: "Send fewer or smaller examples, or start the server with a higher --max-body.",
    },
    { connection: "close" },
  );

const brokenOff = () =>
  new Refusal(
    400,
    {
      code: "serve/broken-off",
      where: "the body",
      problem: "it ended early",
      expected: "a whole body",
      remedy: "Send the request again.",
    },
    { connection: "close" },
  );
