/** A running server: listens, and ends when it has finished what it took on. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import { InputError } from "../base/errors.js";
import { checkRegular } from "../base/regular.js";
import type { Model } from "../model/model.js";
import { libraryVersions } from "../model/versions.js";
import { appOf } from "./app.js";
import { baseTeacher } from "./base-teacher.js";
import { isLoopback } from "./guard.js";
import { Idempotency } from "./idempotency.js";
import { checkLimits, defaultLimits, Gate, type Limits } from "./limits.js";
import { malformed, refuseConnection } from "./malformed.js";
import { Metrics } from "./metrics.js";
import { modelTeacher } from "./model-teacher.js";
import { ReportThreads } from "./report-threads.js";
import { Store } from "./store.js";
import { Tasks } from "./tasks.js";
import { readToken } from "./token.js";

export interface ServeOptions {
  /** A trained model that tasks are adapted from; default: the base model. */
  readonly model?: Model;
  /** The database file. */
  readonly data: string;
  /** The address to listen on; default: 127.0.0.1. */
  readonly host?: string;
  /** The port; default: a free one. */
  readonly port?: number;
  /** A file with the bearer token that requests must carry; required unless the address is a loopback one. */
  readonly tokenFile?: string;
  /** Files of a certificate and its key, for https. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further names of the server: those of a reverse proxy. */
  readonly names?: readonly string[];
  /** Whether the database holds the examples themselves, besides their vectors; default false. */
  readonly keepExamples?: boolean;
  readonly limits?: Partial<Limits>;
  readonly log: Logger;
}

export interface RunningServer {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Take no further requests, finish those in progress, and close the database. */
  close(): Promise<void>;
}

const HEADER_SECONDS = 10;
/** Longer than reverse proxies keep connections, so that none is closed while a request is on its way. */
const IDLE_SECONDS = 65;
/** Connections per request at a time. */
const CONNECTIONS = 16;
const HEADER_BYTES = 16 * 1024;

/**
 * Start a server.
 *
 * @throws {InputError} `serve/no-token-file` for an address that others can reach without a token, `serve/database…` for a
 * database that cannot be used, `serve/address` for an address that is not free
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { data, host = "127.0.0.1", port = 0, tokenFile, tls, log, names = [] } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  checkLimits(limits);
  if (!isLoopback(host) && tokenFile === undefined) throw needsToken(host);
  const token = tokenFile === undefined ? undefined : readToken(tokenFile);
  const secrets = tls && { cert: readSecret(tls.cert, "--cert"), key: readSecret(tls.key, "--key") };
  if (secrets) checkSecrets(secrets, tls);
  const store = new Store(data);
  const reports = new ReportThreads();
  const teachers = {
    base: baseTeacher(reports.measure),
    model: options.model && modelTeacher(options.model),
  };
  const tasks = new Tasks(store, teachers, limits, options.keepExamples ?? false);
  const gate = new Gate(limits);
  const protocol = tls ? "https" : "http";
  let bound = port;
  const app = appOf({
    ...{ tasks, limits, gate, log },
    metrics: new Metrics(tasks, gate),
    idempotency: new Idempotency(store),
    version: libraryVersions().metamodal,
    guard: () => ({ host, port: bound, names, token, protocol }),
  });
  const settings = {
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: Math.min(HEADER_SECONDS, limits.maxSeconds) * 1000,
    requestTimeout: limits.maxSeconds * 1000,
    keepAliveTimeout: IDLE_SECONDS * 1000,
    connectionsCheckingInterval: 1000,
  };
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: malformed });
  const server = secrets
    ? createTlsServer({ ...settings, ...secrets }, listener)
    : createServer(settings, listener);
  server.on("clientError", refuseConnection);
  server.maxConnections = CONNECTIONS * limits.maxConcurrent;
  try {
    await listen(server, host, port);
  } catch (error) {
    store.close();
    throw badAddress(host, port, error as Error);
  }
  bound = (server.address() as AddressInfo).port;
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${protocol}://${shown}:${bound}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      await gate.idle();
      // A connection is idle as soon as the last reply on it has been sent.
      const closing = setInterval(() => server.closeIdleConnections(), 20);
      await closed;
      clearInterval(closing);
      store.close();
      await reports.close();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const listening = once(server, "listening");
  server.listen(port, host);
  await listening;
}

function readSecret(path: string, option: string): Buffer {
  checkRegular(path, `${option} ${path}`);
  return readFileSync(path);
}

/** @throws {InputError} `serve/bad-certificate` */
function checkSecrets(secrets: { cert: Buffer; key: Buffer }, tls: { cert: string; key: string }): void {
  try {
    createSecureContext(secrets);
  } catch (cause) {
    const parts = {
      code: "serve/bad-certificate",
      where: `--cert ${tls.cert} --key ${tls.key}`,
      problem: (cause as Error).message,
      expected: "a certificate and its private key, both PEM",
      remedy: "Give the files that belong together.",
    };
    throw new InputError(parts, { cause });
  }
}

const needsToken = (host: string) =>
  new InputError({
    code: "serve/no-token-file",
    where: `--host ${host}`,
    problem: "other machines reach this address, and there is no token",
    expected: "--token-file FILE, whose token requests must carry",
    remedy: "Make one: head -c 32 /dev/urandom | base64 > token",
  });

const badAddress = (host: string, port: number, { message }: Error) =>
  new InputError({
    code: "serve/address",
    where: `--host ${host} --port ${port}`,
    problem: message,
    expected: "an address of this machine and a free port",
    remedy: "Choose another --port, or stop what uses it.",
  });
