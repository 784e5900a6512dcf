/** The reply to what is no HTTP request: oversized headers, headers that do not end, other protocols. */

import type { Duplex } from "node:stream";
import type { ServerError } from "./schemas.js";

const replies: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "serve/headers", "the headers are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "serve/too-slow", "the request did not arrive in time"],
};
const other = ["400 Bad Request", "serve/malformed", "it is no HTTP request"] as const;

const bodyOf = (code: string, message: string): ServerError => ({
  ...{ code, message, where: "the request" },
  expected: "an HTTP/1.1 request",
  remedy: "Mend the request.",
});

/** The reply to a request whose address is none: a bad `Host`, a bad path. */
export const malformed = (): Response => Response.json(bodyOf(other[1], other[2]), { status: 400 });

/** Reply to a connection whose request cannot be read, and close it. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = replies[error.code ?? ""] ?? other;
  const text = JSON.stringify(bodyOf(code, message));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
