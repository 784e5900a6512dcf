/**
 * Who may send requests. Pages of other origins may not, whether their request needs a preflight or not; nor may a page whose
 * name was made to resolve to this machine (DNS rebinding): its `Host` is a name that the server is not bound to. With a
 * token, all but the state of the server needs it.
 */

import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { Refusal } from "./refusal.js";
import { carries } from "./token.js";

export interface GuardOptions {
  /** The address that the server is bound to. */
  readonly host: string;
  readonly port: number;
  /** Further names that `Host` may have: those of a reverse proxy. */
  readonly names: readonly string[];
  readonly token?: string;
  readonly protocol: "http" | "https";
}

/** What of a request shows where it comes from. */
interface Source {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** Paths that need no token: they show that the server runs, and nothing else. */
const open = ["/healthz", "/v2/health/ready"];

const loopback = ["localhost", "127.0.0.1", "::1"];
export const isLoopback = (host: string): boolean =>
  loopback.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
const isAny = (host: string) => host === "0.0.0.0" || host === "::";

/** Check where a request comes from. @throws {Refusal} 403 for a foreign host or origin, 401 without the token */
export function checkSource(request: Source, path: string, options: GuardOptions): void {
  const { headers } = request;
  const { host = "", origin } = headers;
  if (!isOwnHost(host, options))
    throw foreign("serve/foreign-host", "Host", host, "the name that the server is bound to, with its port");
  const own = [`${options.protocol}://${host}`, ...options.names.map((name) => `https://${name}`)];
  if (origin !== undefined && !own.includes(origin.toLowerCase()))
    throw foreign("serve/foreign-origin", "Origin", origin, "no page, or one of this server");
  const site = headers["sec-fetch-site"];
  const isVisit = headers["sec-fetch-dest"] === "document" && request.method === "GET";
  if (site !== undefined && !["same-origin", "none"].includes(String(site)) && !isVisit)
    throw foreign("serve/foreign-origin", "Sec-Fetch-Site", String(site), "no page, or one of this server");
  if (options.token === undefined || open.includes(path)) return;
  if (!carries(headers.authorization, options.token)) throw noToken();
}

function isOwnHost(given: string, { host, port, names, protocol }: GuardOptions): boolean {
  const [, name, digits] = /^(\[[0-9a-f:.]+\]|[^:]*)(?::(\d+))?$/i.exec(given.toLowerCase()) ?? [];
  if (name === undefined) return false;
  if (names.includes(name) || names.includes(given.toLowerCase())) return true;
  const bare = name.replace(/^\[|\]$/g, "");
  const isOwnPort = Number(digits ?? (protocol === "https" ? 443 : 80)) === port;
  const isOwnName =
    bare === host.toLowerCase() ||
    ((isLoopback(host) || isAny(host)) && isLoopback(bare)) ||
    // An address is not a name that can be made to point here.
    (isAny(host) && isIP(bare) !== 0);
  return isOwnPort && isOwnName;
}

const foreign = (code: string, header: string, value: string, expected: string) =>
  new Refusal(403, {
    code,
    where: `header ${header}`,
    problem: `it is ${JSON.stringify(value.slice(0, 200))}`,
    expected,
    remedy: "Use the server's own address; behind a proxy, start the server with --allow-host NAME.",
  });

const noToken = () =>
  new Refusal(
    401,
    {
      code: "serve/no-token",
      where: "header Authorization",
      problem: "it does not carry the server's token",
      expected: "Authorization: Bearer TOKEN",
      remedy: "Give the content of the server's --token-file.",
    },
    { "www-authenticate": "Bearer" },
  );

/** Headers of every reply. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
