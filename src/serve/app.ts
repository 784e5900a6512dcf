/** The server's requests and replies, from the table of routes: what holds for all of them is here. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import type { Logger } from "pino";
import { withBody } from "./body.js";
import { docsPage } from "./docs-page.js";
import { checkSource, type GuardOptions, securityHeaders } from "./guard.js";
import { type Idempotency, keyOf } from "./idempotency.js";
import { inferenceRoutes } from "./inference.js";
import type { Gate, Limits } from "./limits.js";
import { checkMatch } from "./match.js";
import type { Metrics } from "./metrics.js";
import { openApi } from "./openapi.js";
import { faultOf, Refusal } from "./refusal.js";
import type { Call, Reply, Route } from "./route.js";
import { taskRoutes } from "./task-routes.js";
import type { Tasks } from "./tasks.js";

interface AppParts {
  readonly tasks: Tasks;
  readonly limits: Limits;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly idempotency: Idempotency;
  readonly log: Logger;
  readonly version: string;
  readonly guard: () => GuardOptions;
  /** Whether the server is closing: then its replies close their connections. */
  readonly isClosing: () => boolean;
}

/** Requests are read from, and replies written to, what Node has for them: wrapping them costs more than most predictions. */
type App = Hono<{ Bindings: HttpBindings }>;
type Exchange = Readonly<HttpBindings>;

/** The routes that /openapi.json describes. */
export const routes: readonly Route[] = [...taskRoutes, ...inferenceRoutes];

/** The app: a function from requests to replies. */
export function appOf(parts: AppParts): App {
  const app: App = new Hono();
  const { metrics, version } = parts;
  const page = (path: string, type: string, text: () => Promise<string>): Route => ({
    ...{ method: "get", path, id: path, summary: path },
    run: async () => ({ status: 200, body: await text(), headers: { "content-type": type } }),
  });
  const document = JSON.stringify(openApi(routes, version));
  const pages = [
    page("/healthz", "application/json", async () => '{"status":"ok"}'),
    page("/metrics", metrics.contentType, () => metrics.text()),
    page("/openapi.json", "application/json", async () => document),
    page("/docs", "text/html; charset=utf-8", async () => docsPage(routes, version)),
  ];
  for (const route of [...routes, ...pages])
    app.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ":$1"), (context) =>
      replyTo(context.env, route, context.req.param(), parts),
    );
  const paths = [...routes, ...pages];
  app.all("*", (context) => replyTo(context.env, missing(context.req.path, paths), {}, parts));
  return app;
}

async function replyTo(
  exchange: Exchange,
  route: Route,
  params: Readonly<Record<string, string>>,
  parts: AppParts,
): Promise<Response> {
  const started = performance.now();
  const { log, metrics, gate, guard } = parts;
  const { method = "", headers } = exchange.incoming;
  let reply: Reply;
  try {
    checkSource({ method, headers }, route.path, guard());
    const isProbe = ["/healthz", "/metrics", "/v2/health/ready"].includes(route.path);
    const work = () => runRoute(exchange, route, params, parts);
    reply = isProbe ? await work() : await gate.run(work);
  } catch (error) {
    const fault = faultOf(tooLongOr(error));
    if (fault.status >= 500) log.error({ err: error, route: route.path }, "a request failed");
    reply = fault;
  }
  const seconds = (performance.now() - started) / 1000;
  metrics.count(route.path, method, reply.status, seconds);
  log.info({ method, route: route.path, status: reply.status, ms: Math.round(seconds * 1000) }, "request");
  write(exchange.outgoing, reply, parts.isClosing());
  return RESPONSE_ALREADY_SENT;
}

function runRoute(
  exchange: Exchange,
  route: Route,
  params: Readonly<Record<string, string>>,
  parts: AppParts,
): Promise<Reply> {
  const work = (bytes: Uint8Array) =>
    withDeadline(exchange.outgoing, parts.limits, (signal) =>
      runWith({ params, bytes, signal, tasks: parts.tasks }, exchange.incoming, route, parts.idempotency),
    );
  const takesBody = route.body !== undefined || route.takes !== undefined;
  return takesBody ? withBody(exchange.incoming, parts.limits, parts.gate, work) : work(new Uint8Array());
}

async function runWith(
  given: Pick<Call, "params" | "bytes" | "signal" | "tasks">,
  { headers, method = "", url = "" }: IncomingMessage,
  route: Route,
  idempotency: Idempotency,
): Promise<Reply> {
  const call = {
    ...given,
    query: new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?")) : ""),
    contentType: headers["content-type"] ?? null,
    expects: checkMatch(headers["if-match"]),
  };
  const key = route.writes ? keyOf(headers["idempotency-key"]) : undefined;
  if (key === undefined) return route.run({ ...call, keep: (reply) => reply });
  const identity = [method, url, headers["if-match"] ?? ""];
  const { contentType } = call;
  return idempotency.run(key, { identity, bytes: given.bytes, contentType }, (keep) =>
    route.run({ ...call, keep }),
  );
}

/** Run `work` with a signal that is aborted when it takes too long or its client is gone. */
async function withDeadline<T>(
  outgoing: ServerResponse,
  { maxSeconds }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, maxSeconds * 1000);
  outgoing.once("close", abort);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outgoing.off("close", abort);
  }
}

/** The refusal of a request whose work was aborted since it takes too long. */
function tooLongOr(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "AbortError") return error;
  return new Refusal(408, {
    code: "serve/too-long",
    where: "the request",
    problem: "its work takes too long; nothing has changed",
    expected: "less work",
    remedy: "Send fewer examples, or start the server with a higher --max-seconds.",
  });
}

function write(outgoing: ServerResponse, { status, body, headers = {} }: Reply, isLast: boolean): void {
  const isBytes = body instanceof Uint8Array;
  const content = isBytes || typeof body === "string" ? body : JSON.stringify(body ?? null);
  const isEmpty = status === 204;
  outgoing.writeHead(status, {
    ...securityHeaders,
    ...(!isEmpty && { "content-type": "application/json", "content-length": Buffer.byteLength(content) }),
    ...headers,
    ...(isLast && { connection: "close" }),
  });
  outgoing.end(isEmpty ? undefined : content);
}

/** A route for requests that no route takes. */
function missing(path: string, known: readonly Route[]): Route {
  const isSame = (route: Route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const methods = known.filter(isSame).map(({ method }) => method.toUpperCase());
  return {
    ...{ method: "get", path: "*", id: "missing", summary: "" },
    run: async () => {
      throw methods.length > 0 ? badMethod(methods) : noRoute();
    },
  };
}

const noRoute = () =>
  new Refusal(404, {
    code: "serve/no-route",
    where: "the path",
    problem: "there is nothing here",
    expected: "a path of /openapi.json",
    remedy: "Mend the request.",
  });

const badMethod = (methods: readonly string[]) =>
  new Refusal(
    405,
    {
      code: "serve/bad-method",
      where: "the method",
      problem: "the path does not take it",
      expected: methods.join(" or "),
      remedy: "Mend the request.",
    },
    { allow: methods.join(", ") },
  );
