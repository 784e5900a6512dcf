/** What the server refuses: foreign pages and names, requests without the token, and what is too much or no request. */

import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { zipSync } from "fflate";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../src/serve/client.js";
import type { RunningServer } from "../src/serve/server.js";
import { raw, serving, temporaryFolder, texts } from "./support/serve.js";

const folder = temporaryFolder();
const limits = { maxBody: 200_000, maxExamples: 20, maxTasks: 3, maxSeconds: 6, maxConcurrent: 8 };
let server: RunningServer;
let id: string;
beforeAll(async () => {
  server = await serving(join(folder, "tasks.db"), { limits });
  ({
    task: { id },
  } = await createClient(server.url).teach({ examples: texts }));
});
afterAll(() => server.close());

interface Refused {
  readonly status: number;
  readonly code: string;
}

async function send(path: string, init: RequestInit = {}, url = server.url): Promise<Refused> {
  const reply = await fetch(url + path, init);
  const text = await reply.text();
  return { status: reply.status, code: reply.ok ? "ok" : JSON.parse(text).code };
}
const json = (body: string, headers = {}): RequestInit => ({
  ...{ method: "POST", body, headers: { "content-type": "application/json", ...headers } },
});
const statusOf = (reply: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1]);

describe("where requests come from", () => {
  it("refuses pages of other origins, with and without a preflight", async () => {
    for (const origin of ["http://evil.example", "null", "http://localhost:1"]) {
      const form = new FormData();
      form.append("label", "a");
      expect(await send("/v1/tasks", { method: "POST", body: form, headers: { origin } })).toEqual({
        ...{ status: 403, code: "serve/foreign-origin" },
      });
      expect((await send("/v1/tasks", { headers: { origin } })).status).toBe(403);
    }
    expect((await send("/v1/tasks", { headers: { origin: server.url } })).status).toBe(200);
    expect(
      (await send("/v1/tasks", { method: "OPTIONS", headers: { origin: "http://evil.example" } })).status,
    ).toBe(403);
  });

  it("refuses requests that a page makes without an origin", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const text = `GET /v1/tasks HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\nsec-fetch-site: ${site}\r\nconnection: close\r\n\r\n`;
      expect(statusOf(await raw(server.url, text))).toBe(403);
    }
  });

  it("refuses names that were made to resolve to it", async () => {
    const { port, host } = new URL(server.url);
    const get = (name: string, path = "/v1/tasks") =>
      raw(server.url, `GET ${path} HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n\r\n`);
    for (const name of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1:1",
      `127.0.0.1.evil.example:${port}`,
    ])
      for (const path of ["/v1/tasks", "/docs", "/healthz"]) {
        const reply = await get(name, path);
        expect(statusOf(reply), `${name} ${path}`).toBe(403);
        expect(reply).not.toContain(id);
      }
    for (const name of [host, `localhost:${port}`, `[::1]:${port}`])
      expect(statusOf(await get(name))).toBe(200);
  });

  it("sets headers that keep replies from other pages", async () => {
    const { headers } = await fetch(`${server.url}/docs`);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the token", () => {
  const token = "Zm9yIHRlc3RzLCBub3Qgc2VjcmV0IQ0w";

  it("is required for all but the server's state", async () => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, `${token}\n`);
    const guarded = await serving(join(folder, "token.db"), { host: "0.0.0.0", tokenFile });
    const url = guarded.url.replace("0.0.0.0", "127.0.0.1");
    try {
      const with_ = (authorization: string) => send("/v1/tasks", { headers: { authorization } }, url);
      expect(await send("/v1/tasks", {}, url)).toEqual({ status: 401, code: "serve/no-token" });
      for (const wrong of [
        token,
        `Bearer ${token}x`,
        "Bearer ",
        `Basic ${token}`,
        `Bearer ${token.slice(1)}`,
      ])
        expect((await with_(wrong)).status).toBe(401);
      expect((await with_(`Bearer ${token}`)).status).toBe(200);
      for (const path of ["/metrics", "/docs", "/openapi.json", "/v2/models/x"])
        expect((await send(path, {}, url)).status).toBe(401);
      expect((await send("/healthz", {}, url)).status).toBe(200);
      expect((await createClient(url, { token }).teach({ examples: texts })).task.examples).toBe(4);
    } finally {
      await guarded.close();
    }
  });

  it("must be there for other machines, and long", async () => {
    const open = serving(join(folder, "open.db"), { host: "0.0.0.0" });
    await expect(open).rejects.toMatchObject({ code: "serve/no-token-file" });
    for (const weak of [
      "",
      "password",
      "0123456789abcdef0123456789abcde",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]) {
      const tokenFile = join(folder, "weak");
      writeFileSync(tokenFile, weak);
      const refused = serving(join(folder, "open.db"), { tokenFile });
      await expect(refused).rejects.toMatchObject({ code: "serve/weak-token" });
    }
  });
});

describe("bodies", () => {
  it("that are too large are refused while they arrive", async () => {
    const declared = `POST /v1/tasks HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n`;
    expect(statusOf(await raw(server.url, declared))).toBe(413);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65536;
        if (sent > 1e9) controller.close();
        else controller.enqueue(new Uint8Array(65536));
      },
    });
    const init = { ...json(""), body, duplex: "half" as const };
    await send("/v1/tasks", init).then(
      ({ status }) => expect(status).toBe(413),
      // The connection may close before all has been sent.
      () => {},
    );
    expect(sent).toBeLessThan(20_000_000);
    expect((await send("/healthz")).status).toBe(200);
  });

  it("that are refused do not count against those of others", async () => {
    // More bytes than the bodies of all requests may have together.
    for (let i = 0; i < 12; i++) {
      const body = new ReadableStream({
        start(controller) {
          for (let k = 0; k < 4; k++) controller.enqueue(new Uint8Array(100_000));
          controller.close();
        },
      });
      await send("/v1/tasks", { ...json(""), body, duplex: "half" as const }).catch(() => {});
    }
    const body = json(JSON.stringify({ examples: [{ text: "x".repeat(150_000) }] }));
    expect((await send(`/v1/tasks/${id}/predict`, body)).status).not.toBe(429);
  });

  it.each([
    ["no JSON", json("{"), 400, "serve/bad-json"],
    ["another JSON", json("[]"), 400, "serve/bad-body"],
    ["bytes that are no UTF-8", { ...json(""), body: new Uint8Array([34, 255, 34]) }, 400, "serve/bad-json"],
    [
      "a prototype",
      json('{"examples":[{"label":"a","__proto__":"x"},{"label":"b","text":"y"}]}'),
      400,
      "serve/bad-body",
    ],
    ["one example", json('{"examples":[{"label":"a","text":"x"}]}'), 400, "serve/bad-body"],
    [
      "one class",
      json('{"examples":[{"label":"a","text":"x"},{"label":"a","text":"y"}]}'),
      409,
      "task/one-class",
    ],
    [
      "no base64",
      json('{"examples":[{"label":"a","image":{"base64":"?"}},{"label":"b","text":"y"}]}'),
      400,
      "serve/bad-base64",
    ],
    [
      "equal ids",
      json('{"examples":[{"id":"1","label":"a","text":"x"},{"id":"1","label":"b","text":"y"}]}'),
      400,
      "serve/same-id",
    ],
    [
      "XML",
      { method: "POST", body: "<a/>", headers: { "content-type": "text/xml" } },
      415,
      "serve/content-type",
    ],
    ["no type", { method: "POST", body: new Uint8Array(3) }, 415, "serve/content-type"],
    [
      "a form without a boundary",
      json("x", { "content-type": "multipart/form-data" }),
      400,
      "serve/bad-form",
    ],
    [
      "a broken form",
      json("--b\r\nx", { "content-type": "multipart/form-data; boundary=b" }),
      400,
      "serve/bad-form",
    ],
    ["a key with spaces", json("{}", { "idempotency-key": "a b" }), 400, "serve/bad-key"],
  ])("of %s get a stable code", async (_, init, status, code) => {
    expect(await send("/v1/tasks", init)).toEqual({ status, code });
  });

  it("that name files are texts: no file is opened", async () => {
    const client = createClient(server.url);
    const image = "/etc/passwd.png";
    const { task } = await client.teach({
      examples: [
        { label: "a", image },
        { label: "b", image: "b" },
      ],
    });
    expect(task.modalities).toEqual([{ name: "image", kind: "text" }]);
    await client.delete(task.id);
  });

  it("of too many examples are refused", async () => {
    const many = Array.from({ length: 21 }, (_, i) => ({ label: String(i % 2), text: `t${i}` }));
    const teach = send("/v1/tasks", json(JSON.stringify({ examples: many })));
    expect(await teach).toEqual({ status: 413, code: "serve/too-many-examples" });
  });

  it("of images that are no images, or of too many pixels, are refused", async () => {
    const predict = (base64: string) =>
      send(`/v1/tasks/${id}/predict`, json(JSON.stringify({ examples: [{ image: { base64 } }] })));
    expect((await predict("AAAA")).status).toBe(400);
    // A PNG whose header declares 100,000 × 100,000 pixels.
    const bomb = Buffer.from("89504e470d0a1a0a0000000d49484452000186a0000186a0080600000075c5f2a6", "hex");
    expect((await predict(bomb.toString("base64"))).status).toBe(400);
  });
});

describe("imported tasks", () => {
  const importing = (body: Uint8Array) =>
    send("/v1/tasks/import", {
      method: "POST",
      body: new Uint8Array(body),
      headers: { "content-type": "application/zip" },
    });
  const card = {
    ...{ format: "metamodal-taught-task", version: 1, task: "classification", labelShots: 0, encoders: {} },
    kinds: { x: { kind: "vector", options: {} } },
    examples: ["a", "b"].map((label, i) => ({
      ...{ id: label, label, digests: { x: label }, values: { x: [i] }, rows: {} },
    })),
  };
  const archive = (files: Record<string, string | Uint8Array>) =>
    zipSync(
      Object.fromEntries(
        Object.entries(files).map(([name, contents]) => [
          name,
          typeof contents === "string" ? new TextEncoder().encode(contents) : contents,
        ]),
      ),
    );
  const empty = new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]);

  it.each([
    ["no archive", new Uint8Array(100)],
    [
      "names that leave the archive",
      archive({ "../../evil": "x", "task.json": "{}", "vectors.safetensors": empty }),
    ],
    ["a bomb", archive({ "task.json": new Uint8Array(90 * 2 ** 20), "vectors.safetensors": empty })],
    ["no card", archive({ "vectors.safetensors": empty })],
    ["another card", archive({ "task.json": "{}", "vectors.safetensors": empty })],
    [
      "infinite values",
      archive({ "task.json": JSON.stringify({ ...card, kinds: {} }), "vectors.safetensors": empty }),
    ],
    [
      "a pretrained encoder",
      archive({
        "task.json": JSON.stringify({
          ...card,
          pretrained: { x: { kind: "image", frozen: { model: "/etc/passwd" } } },
        }),
        "vectors.safetensors": empty,
      }),
    ],
  ])("of %s are refused", async (_, bytes) => {
    const { status, code } = await importing(bytes);
    expect({ status, hasCode: code.includes("/") }).toEqual({ status: 400, hasCode: true });
  });

  it("are taken if they are whole, up to the number of tasks", async () => {
    const good = archive({ "task.json": JSON.stringify(card), "vectors.safetensors": empty });
    const outcomes: Refused[] = [];
    for (let i = 0; i < 3; i++) outcomes.push(await importing(good));
    expect(outcomes.map(({ status }) => status)).toEqual([201, 201, 409]);
    expect(outcomes[2].code).toBe("serve/too-many-tasks");
  });
});

describe("paths and methods", () => {
  it.each([
    ["/nowhere", 404],
    ["/v1/tasks/../../../etc/passwd", 404],
    ["/v1/tasks/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404],
    ["/v1/tasks/%00", 404],
    ["/v1/tasks/%ff/export", 404],
    ["/v1/tasks/..%5c..%5cwindows/export", 404],
    ["/v1/tasks/constructor", 404],
    ["/v1/tasks?limit=0", 400],
    ["/v1/tasks?limit=1e9", 400],
  ])("%s gets %d", async (path, status) => {
    const reply = await raw(
      server.url,
      `GET ${path} HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\nconnection: close\r\n\r\n`,
    );
    expect(statusOf(reply)).toBe(status);
    expect(reply).toMatch(/"code":"serve\//);
  });

  it("refuses methods that a path does not take", async () => {
    expect(await send("/v1/tasks", { method: "PUT" })).toEqual({ status: 405, code: "serve/bad-method" });
    expect((await send(`/v1/tasks/${id}/export?format=exe`)).code).toBe("serve/bad-query");
  });
});

describe("connections", () => {
  const host = () => new URL(server.url).host;

  it("with oversized headers get 431", async () => {
    const reply = await raw(
      server.url,
      `GET / HTTP/1.1\r\nhost: ${host()}\r\nx: ${"a".repeat(40_000)}\r\n\r\n`,
    );
    expect(statusOf(reply)).toBe(431);
    expect(reply).toContain("serve/headers");
  });

  it("without a host get 400", async () => {
    for (const line of ["", "host: \r\n", "host: a b\r\n", "host: a\r\nhost: b\r\n"]) {
      const reply = await raw(server.url, `GET / HTTP/1.1\r\n${line}connection: close\r\n\r\n`);
      expect([400, 403]).toContain(statusOf(reply));
      if (line !== "") expect(reply).toContain('"code":"serve/');
    }
  });

  it("with no HTTP get 400", async () => {
    const reply = await raw(server.url, "\x16\x03\x01 hello\r\n\r\n");
    expect(statusOf(reply)).toBe(400);
    expect(reply).toContain("serve/malformed");
  });

  it("whose request does not arrive in time are closed, and do not keep others out", async () => {
    const head = `POST /v1/tasks HTTP/1.1\r\nhost: ${host()}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`;
    const slow = Array.from({ length: 6 }, () => raw(server.url, head, 15_000));
    expect((await send("/healthz")).status).toBe(200);
    expect((await send("/v1/tasks")).status).toBe(200);
    for (const reply of await Promise.all(slow)) expect(statusOf(reply)).toBe(408);
    expect((await send("/v1/tasks")).status).toBe(200);
  });

  it("beyond the number of requests at a time get 429 with Retry-After", async () => {
    const head = `POST /v1/tasks HTTP/1.1\r\nhost: ${host()}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`;
    const slow = Array.from({ length: 8 }, () => raw(server.url, head, 1000));
    await new Promise((done) => setTimeout(done, 300));
    const reply = await fetch(`${server.url}/v1/tasks`);
    expect(reply.status).toBe(429);
    expect(reply.headers.get("retry-after")).toBe("1");
    expect((await send("/healthz")).status).toBe(200);
    await Promise.all(slow);
  });
});

describe("requests beyond a server's means", () => {
  it("whose images have too many pixels in all are refused before any is decoded", async () => {
    const small = await serving(join(folder, "pixels.db"), { limits: { maxPixels: 2_500_000 } });
    try {
      const create = { width: 1000, height: 1000, channels: 3 } as const;
      const pictures = await Promise.all(
        ["red", "blue", "green"].map((background) =>
          sharp({ create: { ...create, background } })
            .png()
            .toBuffer(),
        ),
      );
      const examples = pictures.map((bytes, k) => ({
        label: `c${k}`,
        image: { base64: bytes.toString("base64") },
      }));
      const client = createClient(small.url);
      const refused = { status: 413, code: "serve/too-many-pixels" };
      await expect(client.teach({ examples })).rejects.toMatchObject(refused);
      const { task } = await client.teach({ examples: examples.slice(0, 2) });
      await expect(client.add(task.id, [...examples, ...examples])).rejects.toMatchObject(refused);
      const queries = examples.map(({ image }) => ({ image }));
      await expect(client.predict(task.id, queries)).rejects.toMatchObject(refused);
      expect((await client.predict(task.id, queries.slice(1, 2)))[0].label).toBe("c1");
    } finally {
      await small.close();
    }
  });

  it("get 429 while its memory is at the limit, but for one at a time", async () => {
    const full = await serving(join(folder, "memory.db"), { limits: { maxMemory: 1, maxSeconds: 6 } });
    try {
      expect(await send("/v1/tasks", {}, full.url)).toEqual({ status: 200, code: "ok" });
      const { host } = new URL(full.url);
      const head = `POST /v1/tasks HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`;
      const slow = raw(full.url, head, 1500);
      await new Promise((done) => setTimeout(done, 500));
      const reply = await fetch(`${full.url}/v1/tasks`);
      expect(reply.headers.get("retry-after")).toBe("1");
      expect([reply.status, (await reply.json()) as object]).toMatchObject([429, { code: "serve/memory" }]);
      expect((await send("/healthz", {}, full.url)).status).toBe(200);
      await slow;
    } finally {
      await full.close();
    }
  });

  it("that are in progress when it closes have answers that state that their connection closes", async () => {
    const closing = await serving(join(folder, "closing.db"), { limits: { maxSeconds: 6 } });
    const body = JSON.stringify({ examples: texts });
    const { host, port, hostname } = new URL(closing.url);
    const socket = connect(Number(port), hostname);
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.write(
      `POST /v1/tasks HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n{`,
    );
    await new Promise((done) => setTimeout(done, 200));
    const ended = once(socket, "close");
    const closed = closing.close();
    socket.write(body.slice(1));
    await Promise.all([closed, ended]);
    expect(statusOf(received)).toBe(201);
    expect(received.toLowerCase()).toContain("connection: close");
  });
});

describe("the database", () => {
  it("that is damaged, of another program or in use is refused with one message", async () => {
    const path = join(folder, "bad.db");
    writeFileSync(path, "not a database ".repeat(1000));
    await expect(serving(path)).rejects.toMatchObject({ code: "serve/database" });
    await expect(serving(join(folder, "tasks.db"))).rejects.toMatchObject({ code: "serve/database-in-use" });
    await expect(serving("/dev/null")).rejects.toMatchObject({ code: "file/not-regular" });
    symlinkSync(join(folder, "tasks.db"), join(folder, "link.db"));
    await expect(serving(join(folder, "link.db"))).rejects.toMatchObject({ code: "serve/database-in-use" });
  });

  it("is not opened if the certificate is none", async () => {
    const file = join(folder, "none.pem");
    writeFileSync(file, "no certificate");
    const starting = serving(join(folder, "tls.db"), { tls: { cert: file, key: file } });
    await expect(starting).rejects.toMatchObject({ code: "serve/bad-certificate" });
    await (await serving(join(folder, "tls.db"))).close();
  });
});
