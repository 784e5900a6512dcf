/** A real server on a free port, with a database in a folder of its own. */

import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { logTo } from "../../src/serve/log.js";
import { type RunningServer, type ServeOptions, startServer } from "../../src/serve/server.js";

/** Bytes beyond what the process of tests, which runs many others, has. */
const ENOUGH = 2 ** 40;

const log = logTo(process.stderr, "error");

/** A folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "metamodal-serve-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Start a server; its database is `data`. */
export const serving = (data: string, options: Partial<ServeOptions> = {}): Promise<RunningServer> =>
  startServer({ data, log, ...options, limits: { maxMemory: ENOUGH, ...options.limits } });

/** What a server sends over a plain connection to `text`, until it closes or `ms` have passed. */
export function raw(url: string, text: string, ms = 3000): Promise<string> {
  const { port } = new URL(url);
  return new Promise((done) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
    let received = "";
    const end = () => {
      socket.destroy();
      done(received);
    };
    socket.setTimeout(ms, end);
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("close", end).on("error", end);
  });
}

/** Two classes of two texts each. */
export const texts = [
  { label: "red", text: "crimson and scarlet" },
  { label: "red", text: "a ruby" },
  { label: "blue", text: "navy and azure" },
  { label: "blue", text: "the clear sky" },
];

/** Examples of five classes as vectors. */
export const vectors = (count: number, length = 16) =>
  Array.from({ length: count }, (_, n) => ({
    label: `c${n % 5}`,
    x: Array.from({ length }, (__, i) => Math.sin((n % 5) * 7 + i) + 0.1 * Math.cos(n * 13 + i * i)),
  }));
