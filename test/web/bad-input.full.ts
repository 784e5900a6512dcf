/** Bad input gives a page one clear error each, and the page goes on. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { zipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { teach } from "../../src/index.js";
import { encodeTaskFile } from "../../src/teach/file.js";
import { ownCache } from "../support/frozen.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { type PageServer, startServer } from "./support/server.js";

ownCache();

const support = [
  { label: "a", vector: [1, 0] },
  { label: "b", vector: [0, 1] },
];

/** A PNG of `side`×`side` pixels, all black, in few bytes. */
function largePng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A second of an MP3: frames of silence (MPEG 1, 32 kbit/s, 44.1 kHz, mono). */
function secondOfMp3(): Buffer {
  const frame = Buffer.alloc(104);
  frame.set([0xff, 0xfb, 0x10, 0xc4]);
  return Buffer.concat(Array.from({ length: Math.round(44_100 / 1152) }, () => frame));
}

let server: PageServer;
let browser: Browser;
let page: Page;

describe.skipIf(!browserPath)("bad input in a page", () => {
  beforeAll(async () => {
    const task = Buffer.from(encodeTaskFile((await teach(support)).file));
    const bomb = zipSync({ "task.json": new Uint8Array(200 * 2 ** 20) });
    const files = {
      "/": emptyPage,
      "/good.task": task,
      "/truncated.task": task.subarray(0, task.length / 2),
      "/changed.task": Buffer.from(task.map((byte, i) => (i === 60 ? byte ^ 1 : byte))),
      "/bomb.task": bomb,
      "/other.task": readFileSync(join(import.meta.dirname, "../../package.json")),
      "/large.png": largePng(10_000),
      "/second.mp3": secondOfMp3(),
    };
    server = await startServer({ files });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** The error of an attempt in the page, whose text is a function of the library. */
  const failure = (attempt: string) =>
    page.evaluate(async (attempt) => {
      const blob = async (path: string) => (await fetch(path)).blob();
      const run: (...args: unknown[]) => Promise<unknown> = new Function(`return ${attempt}`)();
      const error = await run(metamodal, blob).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error instanceof metamodal.InputError) return { code: error.code, message: error.message };
      return { code: "no InputError", message: String(error) };
    }, attempt);

  /** The page still teaches and predicts. */
  const isAlive = () =>
    page.evaluate(async (support) => {
      const task = await metamodal.teach(support);
      return (await task.predict({ vector: [0.9, 0.1] })).label;
    }, support);

  const strokes = (x: string) =>
    `(m) => m.teach([{ label: "a", strokes: [[[0, 0], [${x}, 1]]] }, { label: "b", strokes: [[[0, 1], [1, 0]]] }])`;
  const taught = (values: string) =>
    `async (m, blob) => m.teach([{ label: "a", media: ${values} }, { label: "b", media: ${values} }])`;
  it.each([
    [
      "a task that is cut off",
      `(m) => m.loadTask(new URL("truncated.task", location))`,
      "data/bad-zip",
      /cut short/,
    ],
    [
      "a task of which a byte differs",
      `(m) => m.loadTask(new URL("changed.task", location))`,
      "data/bad-zip",
      /./,
    ],
    [
      "a task that unpacks to far more",
      `(m) => m.loadTask(new URL("bomb.task", location))`,
      "data/zip-too-large",
      /MiB/,
    ],
    [
      "a file that is no task",
      `(m) => m.loadTask(new URL("other.task", location))`,
      "data/bad-zip",
      /no zip/,
    ],
    [
      "a task that is not there",
      `(m) => m.loadTask(new URL("none.task", location))`,
      "web/not-fetched",
      /404/,
    ],
    [
      "an image of 100 million pixels",
      taught(`await blob("large.png")`),
      "image/too-large",
      /64 million pixels/,
    ],
    [
      "a damaged image",
      taught(`new Blob(["\\x89PNG\\r\\n\\x1a\\n", "x".repeat(99)])`),
      "image/unsupported",
      /./,
    ],
    [
      "a sound of three hours",
      taught(`new Blob(Array(3 * 3600).fill(await blob("second.mp3")), { type: "audio/mpeg" })`),
      "audio/too-long",
      /128 million samples/,
    ],
    ["strokes that are not numbers", strokes("NaN"), "strokes/bad-value", /NaN/],
    ["strokes that are infinite", strokes("Infinity"), "strokes/bad-value", /Infinity/],
    [
      "a value that cannot be sent",
      `(m) => m.teach([{ label: "a", image: document.body }])`,
      "web/not-sent",
      /HTMLBodyElement/,
    ],
    [
      "a pretrained encoder",
      `(m) => m.teach([{ label: "a", text: "one" }, { label: "b", text: "two" }], { encoders: { text: "model" } })`,
      "pretrained/not-in-page",
      /encoder text/,
    ],
    [
      "examples of one class",
      `(m) => m.teach([{ label: "a", vector: [1] }])`,
      "task/one-class",
      /only class/,
    ],
  ])("%s", async (_, attempt, code, message) => {
    const error = await failure(attempt);
    expect(error).toEqual({ code, message: expect.stringMatching(message) });
    expect(await isAlive()).toBe("a");
  });

  it("an encoder that is not there, or is another file", async () => {
    const other = await startServer({ files: { "/": emptyPage, "/bad/strokes.onnx": "other" } });
    const own = await openPage(browser, other.origin);
    const codes = await own.evaluate(async () => {
      const drawn = [
        { label: "a", strokes: [[[0, 0], [1, 1]]] }, // biome-ignore format: points
        { label: "b", strokes: [[[0, 1], [1, 0]]] }, // biome-ignore format: points
      ];
      const code = () => metamodal.teach(drawn).catch((error: { code?: string }) => error.code);
      metamodal.configure({ encoders: "/none/", without: ["image.onnx"] });
      const missing = await code();
      return { missing, again: await code() };
    });
    expect(codes).toEqual({ missing: "builtin/missing", again: "builtin/missing" });
    await own.reload();
    await own.waitForFunction(() => "metamodal" in globalThis);
    const damaged = await own.evaluate(() => {
      metamodal.configure({ encoders: "/bad/", without: ["image.onnx"] });
      const strokes = [[[0, 0], [1, 1]]]; // biome-ignore format: points
      return metamodal
        .teach(["a", "b"].map((label) => ({ label, strokes })))
        .catch((error: { code?: string }) => error.code);
    });
    expect(damaged).toBe("builtin/damaged");
    await own.close();
    await other.close();
  });
});
