/** What a page of another origin can do to a server on the same machine, in Chromium: nothing. */

import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { createClient } from "../src/serve/client.js";
import { serving, temporaryFolder, texts } from "./support/serve.js";

const executable = process.env.METAMODAL_CHROMIUM ?? "/usr/bin/chromium";
const noBrowser = existsSync(executable) ? "" : `skipped: no ${executable} (METAMODAL_CHROMIUM)`;
const folder = temporaryFolder();

it.skipIf(noBrowser)(`a page of another origin neither writes nor reads ${noBrowser}`, async () => {
  const server = await serving(join(folder, "tasks.db"));
  const client = createClient(server.url);
  await client.teach({ examples: texts });
  const pages = createServer((_, reply) => reply.setHeader("content-type", "text/html").end("<p>page</p>"));
  await new Promise<void>((done) => pages.listen(0, "127.0.0.1", done));
  const { port } = pages.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-quic"],
  });
  try {
    for (const name of ["127.0.0.1", "localhost"]) {
      const page = await browser.newPage();
      await page.goto(`http://${name}:${port}/`);
      const outcomes = await page.evaluate(async (url) => {
        const form = new FormData();
        for (const [field, value] of [
          ["label", "a"],
          ["text", "x"],
          ["label", "b"],
          ["text", "y"],
        ])
          form.append(field, value);
        const attempts = [
          fetch(`${url}/v1/tasks`, { method: "POST", body: form, mode: "no-cors" }),
          fetch(`${url}/v1/tasks`, { method: "POST", body: form }),
          fetch(`${url}/v1/tasks`),
          fetch(`${url}/v1/tasks`, { method: "DELETE" }),
        ];
        const settled = await Promise.allSettled(attempts);
        return settled.map((each) => (each.status === "fulfilled" ? each.value.type : "failed"));
      }, server.url);
      expect(["opaque", "failed"]).toContain(outcomes[0]);
      expect(outcomes.slice(1)).toEqual(["failed", "failed", "failed"]);
      await page.close();
    }
    expect((await client.tasks()).tasks).toHaveLength(1);
    const own = await browser.newPage();
    await own.goto(`${server.url}/docs`);
    expect(await own.textContent("h1")).toContain("metamodal");
  } finally {
    await browser.close();
    pages.close();
    await server.close();
  }
});

const noOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "pipe" });
    return "";
  } catch {
    return "skipped: no openssl";
  }
})();

it.skipIf(noOpenssl)(`serves https with a certificate ${noOpenssl}`, async () => {
  const at = join(folder, "tls");
  mkdirSync(at);
  const [cert, key, tokenFile] = ["cert.pem", "key.pem", "token"].map((name) => join(at, name));
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-out", cert, "-keyout", key];
  execFileSync("openssl", [...args, ...subject], { stdio: "pipe" });
  writeFileSync(tokenFile, "0123456789abcdef0123456789abcdef");
  const server = await serving(join(at, "tasks.db"), { tls: { cert, key }, tokenFile });
  try {
    const url = server.url.replace("127.0.0.1", "localhost");
    expect(url).toMatch(/^https:/);
    const get = `const https = require("node:https"); https.get(process.argv[1] + "/v1/tasks", { headers: { authorization: "Bearer 0123456789abcdef0123456789abcdef" } }, (reply) => { console.log(reply.statusCode); reply.resume(); });`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: cert };
    const status = await new Promise<string>((done, fail) =>
      execFile(process.execPath, ["-e", get, url], { env }, (error, stdout) =>
        error ? fail(error) : done(stdout.trim()),
      ),
    );
    expect(status).toBe("200");
  } finally {
    await server.close();
  }
});
