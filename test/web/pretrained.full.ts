/** A page runs pretrained encoders beside a model: by metamodal's kernels, and by onnxruntime-web if they lack an operator. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, type Model, metaTrain } from "../../src/index.js";
import { ownCache, picture } from "../support/frozen.js";
import { type Operator, onnxFile } from "../support/onnx.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { type PageServer, startServer } from "./support/server.js";

ownCache();

/** A network of images [1, 3, 8, 8]: a matrix product, and what comes after it. */
const network = (after: readonly Operator[]) =>
  onnxFile({
    inputs: [{ name: "pixel_values", type: "float32", shape: [1, 3, 8, 8] }],
    outputs: [{ name: "features", type: "float32", shape: [1, 6] }],
    operators: [
      ["Flatten", ["pixel_values"], ["flat"]],
      ["MatMul", ["flat", "weight"], ["product"]],
      ...after,
    ],
    constants: [{ name: "weight", shape: [192, 6] }],
  });
/** Softsign is no operator of metamodal's kernels. */
const networks = {
  own: network([["Relu", ["product"], ["features"]]]),
  foreign: network([["Softsign", ["product"], ["features"]]]),
};

const examples = Array.from({ length: 24 }, (_, i) => {
  const { data, ...size } = picture(8, 8);
  const pixels = data.map((x, k) => (x + 60 * (i % 8) + ((k * i) % 11)) % 256);
  return { label: `class ${i % 8}`, image: { ...size, data: pixels } };
});
const support = examples.slice(0, 8);
const queries = examples.slice(8).map(({ image }) => ({ image }));

const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));
const runtime = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

let server: PageServer;
let browser: Browser;
let folder: string;
const models = new Map<string, Model>();

describe.skipIf(!browserPath)("a pretrained encoder beside a model in a page", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "metamodal-pretrained-"));
    const files: Record<string, string | Uint8Array> = { "/": emptyPage };
    for (const [name, onnx] of Object.entries(networks)) {
      const path = join(folder, `${name}.onnx`);
      writeFileSync(path, onnx);
      const data = createDataset({ name, examples });
      const model = await metaTrain({
        data,
        width: 8,
        encoders: { image: { name: "pretrained", model: path } },
        episode: { way: 2, shot: 1, query: 1 },
        train: { steps: 2, metaBatch: 1 },
      }).model();
      models.set(name, model);
      await model.save(join(folder, name));
      for (const file of readdirSync(join(folder, name)))
        for (const place of [name, `${name}-alone`, `${name}-changed`])
          files[`/${place}/${file}`] = readFileSync(join(folder, name, file));
      files[`/${name}/pretrained/image/${name}.onnx`] = onnx;
      files[`/${name}-changed/pretrained/image/${name}.onnx`] = onnx.slice(1);
    }
    for (const file of runtime) files[`/ort/${file}`] = readFileSync(join(ort, file));
    server = await startServer({ files });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Predictions of a model in a page, and the files of onnxruntime-web that it asked for. */
  async function inPage(name: string, onnxruntime?: string) {
    const page = await openPage(browser, server.origin);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/ort/")) asked.push(request.url());
    });
    const predictions = await page.evaluate(
      async ({ name, onnxruntime, support, queries }) => {
        if (onnxruntime) metamodal.configure({ onnxruntime });
        const model = await metamodal.loadModel(`${name}/`);
        return (await model.adapt(support)).predictAll(queries);
      },
      { name, onnxruntime, support, queries },
    );
    await page.close();
    return { predictions, asked };
  }

  it.each([
    ["own", 0],
    ["foreign", 3],
  ])("%s predicts as in Node, and loads %i files of onnxruntime-web", async (name, count) => {
    const { predictions, asked } = await inPage(name, "/ort/ort.wasm.min.mjs");
    const inNode = await (await models.get(name)!.adapt(support)).predictAll(queries);
    let most = 0;
    for (const [i, { probabilities = {} }] of inNode.entries())
      for (const [label, p] of Object.entries(probabilities))
        most = Math.max(most, Math.abs(p - (predictions[i].probabilities?.[label] ?? 0)));
    console.log(
      `${name}: largest difference ${most.toExponential(1)}, ${asked.length} files of onnxruntime-web`,
    );
    expect(most).toBeLessThan(1e-4);
    expect(asked.length).toBe(count);
  });

  it("is refused with one error if it cannot be run, and the page goes on", async () => {
    const page = await openPage(browser, server.origin);
    const found = await page.evaluate(async () => {
      const errorOf = (name: string) =>
        metamodal.loadModel(`${name}/`).then(
          () => "",
          (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
        );
      const names = ["foreign", "own-alone", "own-changed"];
      const errors: string[] = [];
      for (const name of names) errors.push(await errorOf(name));
      return [...errors, await errorOf("own")];
    });
    expect(found[0]).toMatch(/^pretrained\/no-onnxruntime: .*Softsign.*configure/s);
    expect(found[1]).toMatch(/^pretrained\/gone: .*status 404/s);
    expect(found[2]).toMatch(/^pretrained\/gone: .*not the file/s);
    expect(found[3]).toBe("");
    await page.close();
  });
});
