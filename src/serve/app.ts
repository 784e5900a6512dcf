/** The server's requests and replies, from the table of routes: what holds for all of them is here. */

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
import { faultOf, isOfRequest, Refusal } from "./refusal.js";
import type { Reply, Route } from "./route.js";
import { taskRoutes } from "./task-routes.js";
import type { Tasks } from "./tasks.js";

export interface AppParts {
  readonly tasks: Tasks;
  readonly limits: Limits;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly idempotency: Idempotency;
  readonly log: Logger;
  readonly version: string;
  readonly guard: () => GuardOptions;
}

/** The routes that /openapi.json describes. */
export const routes: readonly Route[] = [...taskRoutes, ...inferenceRoutes];

/** The app: a function from requests to replies. */
export function appOf(parts: AppParts): Hono {
  const app = new Hono();
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
      replyTo(context.req.raw, route, context.req.param(), parts),
    );
  const paths = [...routes, ...pages];
  app.all("*", (context) => replyTo(context.req.raw, missing(context.req.path, paths), {}, parts));
  return app;
}

async function replyTo(
  request: Request,
  route: Route,
  params: Readonly<Record<string, string>>,
  parts: AppParts,
): Promise<Response> {
  const started = performance.now();
  const { log, metrics, gate, guard } = parts;
  const { method } = request;
  let reply: Reply;
  try {
    checkSource(request, route.path, guard());
    const isProbe = ["/healthz", "/metrics", "/v2/health/ready"].includes(route.path);
    const work = () => runRoute(request, route, params, parts);
    reply = isProbe ? await work() : await gate.run(work);
  } catch (error) {
    const { status, body, headers } = faultOf(tooLongOr(error));
    if (!isOfRequest(error) && status >= 500)
      log.error({ err: error, route: route.path }, "a request failed");
    reply = { status, body, headers };
  }
  const seconds = (performance.now() - started) / 1000;
  metrics.count(route.path, method, reply.status, seconds);
  log.info({ method, route: route.path, status: reply.status, ms: Math.round(seconds * 1000) }, "request");
  return responseOf(reply);
}

function runRoute(
  request: Request,
  route: Route,
  params: Readonly<Record<string, string>>,
  parts: AppParts,
): Promise<Reply> {
  const work = (bytes: Uint8Array) => runWith(bytes, request, route, params, parts);
  const takesBody = route.body !== undefined || route.takes !== undefined;
  return takesBody ? withBody(request, parts.limits, parts.gate, work) : work(new Uint8Array());
}

async function runWith(
  bytes: Uint8Array,
  request: Request,
  route: Route,
  params: Readonly<Record<string, string>>,
  { tasks, limits, idempotency }: AppParts,
): Promise<Reply> {
  const timeout = AbortSignal.timeout(limits.maxSeconds * 1000);
  const signal = AbortSignal.any([timeout, request.signal]);
  const { headers } = request;
  const { pathname, search, searchParams } = new URL(request.url);
  const call = {
    ...{ tasks, params, bytes, signal },
    query: searchParams,
    contentType: headers.get("content-type"),
    expects: checkMatch(headers.get("if-match")),
  };
  const key = route.writes ? keyOf(headers.get("idempotency-key")) : undefined;
  if (key === undefined) return route.run({ ...call, keep: (reply) => reply });
  const identity = [request.method, pathname + search, headers.get("if-match") ?? ""];
  return idempotency.run(key, { identity, bytes }, (keep) => route.run({ ...call, keep }));
}

/** The refusal of a request whose work was aborted since it takes too long. */
function tooLongOr(error: unknown): unknown {
  const { name } = error instanceof Error || error instanceof DOMException ? error : { name: "" };
  if (name !== "TimeoutError" && name !== "AbortError") return error;
  return new Refusal(408, {
    code: "serve/too-long",
    where: "the request",
    problem: "its work takes too long; nothing has changed",
    expected: "less work",
    remedy: "Send fewer examples, or start the server with a higher --max-seconds.",
  });
}

function responseOf({ status, body, headers = {} }: Reply): Response {
  const isBytes = body instanceof Uint8Array;
  const isText = typeof body === "string";
  const content = body === undefined || isBytes || isText ? body : JSON.stringify(body);
  const type = content !== undefined && !isBytes && { "content-type": "application/json" };
  return new Response(status === 204 ? null : (content ?? null), {
    status,
    headers: { ...securityHeaders, ...type, ...headers },
  });
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
