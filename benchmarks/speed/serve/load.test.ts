/** The load of the benchmark: every reply is read to its end, however it arrives, and errors end it. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { postOf } from "./connection.js";
import { loadOf } from "./load.js";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that counts bodies, replies in two pieces, and takes `ms` for it. */
async function listening(status: number, ms: number): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer(async (request, reply) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    reply.writeHead(status, { "content-length": 4 });
    reply.write("ab");
    setTimeout(() => reply.end("cd"), ms);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

it("sends the requests in turn and measures each until its last byte", async () => {
  const { url, bodies } = await listening(200, 20);
  const requests = ["a", "b"].map((body) => postOf(url, "/", "text/plain", body));
  const { perSecond, p50, p99 } = await loadOf(url, requests, { count: 20, connections: 4 });
  expect(bodies.sort().join("")).toBe("a".repeat(11) + "b".repeat(11));
  expect(p50).toBeGreaterThanOrEqual(18);
  expect(p99).toBeGreaterThanOrEqual(p50);
  expect(perSecond).toBeLessThan(4 / 0.018);
});

it("ends at a reply other than 200", async () => {
  const { url } = await listening(429, 0);
  const requests = [postOf(url, "/", "text/plain", "a")];
  await expect(loadOf(url, requests, { count: 5, connections: 1 })).rejects.toThrow("status 429");
});
