/** A static server for pages in tests: the package's files by their paths, and others by name; packed by brotli. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { type Connection, throttled } from "./connection.js";

/** The repository, also for a compiled benchmark. */
const root = (function above(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : above(dirname(folder));
})(import.meta.dirname);
const served = /^\/(dist\/web|encoders|examples\/page)\//;
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface ServerOptions {
  /** Further files by path: `/hostile.task`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Paths that are not there. */
  readonly missing?: RegExp;
  /** Whether pages are cross-origin isolated. */
  readonly isolated?: boolean;
  /** The connection that pages have; by default as fast as the machine. */
  readonly connection?: Connection;
}

export interface PageServer {
  /** `http://localhost:PORT`. */
  readonly origin: string;
  /** Bytes of all bodies that were sent, as packed. */
  sent: number;
  /** The paths of all requests, in their order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Packed files by path: packing takes longer than sending. */
const packed = new Map<string, Buffer>();

function pack(path: string, bytes: Uint8Array): Buffer {
  const known = packed.get(path);
  if (known) return known;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 };
  const result = brotliCompressSync(bytes, { params });
  packed.set(path, result);
  return result;
}

/** Start a server on a free port. */
export async function startServer({
  files = {},
  missing,
  isolated = false,
  connection,
}: ServerOptions = {}): Promise<PageServer> {
  const state = { sent: 0, requests: [] as string[] };
  const send = connection
    ? throttled(connection)
    : (response: ServerResponse, body: Buffer) => response.end(body);
  const server: Server = createServer(async (request, response) => {
    const { pathname: asked } = new URL(request.url ?? "/", "http://localhost");
    state.requests.push(asked);
    const pathname = asked.endsWith("/") && asked !== "/" ? `${asked}index.html` : asked;
    const own = Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    const isServed = served.test(pathname) && !pathname.includes("..") && !missing?.test(pathname);
    const found = own ?? (isServed ? await readFile(join(root, pathname)).catch(() => undefined) : undefined);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const bytes = typeof found === "string" ? Buffer.from(found) : found;
    const body = own === undefined ? pack(pathname, bytes) : Buffer.from(bytes);
    state.sent += body.length;
    response.writeHead(200, {
      "content-type":
        types[extname(pathname)] ?? (extname(pathname) ? "application/octet-stream" : types[".html"]),
      "content-length": body.length,
      ...(own === undefined && { "content-encoding": "br" }),
      ...(isolated && {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      }),
    });
    await send(response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    origin: `http://localhost:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
