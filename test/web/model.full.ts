/** A page adapts a meta-trained model, predicts and embeds as Node does with the same engine. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, loadModel, metaTrain } from "../../src/index.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { drawings } from "./support/fixtures.js";
import { type PageServer, startServer } from "./support/server.js";

const all = drawings(8, 6).map(({ label, strokes }, i) => ({
  label,
  strokes,
  vector: [i % 6, Math.floor(i / 6)],
}));
const support = all.filter((_, i) => i % 6 === 0).slice(0, 5);
const queries = all
  .filter((_, i) => i % 6 > 2)
  .map(({ strokes, vector }, i) => (i % 2 ? { strokes } : { strokes, vector }));

let server: PageServer;
let browser: Browser;
let folder: string;

describe.skipIf(!browserPath)("a model in a page", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "metamodal-model-"));
    const data = createDataset({ name: "drawings", examples: all });
    const files: Record<string, string | Uint8Array> = { "/": emptyPage };
    for (const learner of ["prototypical", "ridge", "maml"] as const) {
      const path = join(folder, learner);
      const model = await metaTrain({
        data,
        learner,
        width: 8,
        episode: { way: 3 },
        train: { steps: 2, metaBatch: 1 },
      }).model();
      await model.save(path);
      for (const file of readdirSync(path)) files[`/${learner}/${file}`] = readFileSync(join(path, file));
    }
    const weights = files["/ridge/model.safetensors"];
    files["/cut/model.json"] = files["/ridge/model.json"];
    files["/cut/model.safetensors"] = weights.slice(0, weights.length / 2);
    server = await startServer({ files });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["prototypical", true],
    ["ridge", true],
    ["maml", false],
  ])("that learns by %s predicts as in Node", async (learner, embeds) => {
    const page = await openPage(browser, server.origin);
    const inPage = await page.evaluate(
      async ({ learner, support, queries, embeds }) => {
        const model = await metamodal.loadModel(`${learner}/`);
        const task = await model.adapt(support);
        const start = performance.now();
        await (await model.adapt(support)).predictAll(queries);
        const milliseconds = performance.now() - start;
        const predictions = await task.predictAll(queries);
        const vectors = (embeds ? await model.embed(queries) : []).map((vector) => [...vector]);
        return { predictions, vectors, milliseconds, modalities: model.modalities, classes: task.classes };
      },
      { learner, support, queries, embeds },
    );
    const model = await loadModel(join(folder, learner));
    const task = await model.adapt(support);
    const predictions = await task.predictAll(queries);
    const vectors = embeds ? await model.embed(queries) : [];
    let most = 0;
    for (const [i, { probabilities = {} }] of predictions.entries())
      for (const [name, p] of Object.entries(probabilities))
        most = Math.max(most, Math.abs(p - (inPage.predictions[i].probabilities?.[name] ?? 0)));
    for (const [i, vector] of vectors.entries())
      for (const [k, x] of vector.entries()) most = Math.max(most, Math.abs(x - inPage.vectors[i][k]));
    console.log(
      `${learner}: largest difference ${most.toExponential(1)}, ${Math.round(inPage.milliseconds)} ms`,
    );
    expect(inPage.classes).toEqual(task.classes);
    expect(inPage.modalities).toEqual(model.modalities);
    expect(most).toBeLessThan(1e-4);
    await page.close();
  });

  it("is refused with one error if it is damaged or not there, and the page goes on", async () => {
    const page = await openPage(browser, server.origin);
    const codes = await page.evaluate(async (support) => {
      const code = (url: string) =>
        metamodal.loadModel(url).then(String, (error: { code?: string }) => error.code);
      const found = [await code("cut/"), await code("none/")];
      const model = await metamodal.loadModel("ridge/");
      return [...found, (await model.adapt(support)).classes.length];
    }, support);
    expect(codes).toEqual(["model/damaged", "model/missing-file", 5]);
    await page.close();
  });
});
