/** A page meta-trains as Node does with the same engine; its models are kept, and read in Node. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { createDataset, type Example, loadModel, metaTrain, type TrainEvent } from "../../src/index.js";
import { sineExamples, sineModalities } from "../support/sines.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { type PageServer, startServer } from "./support/server.js";

const waves = {
  name: "sines",
  examples: sineExamples({ train: 200, val: 20, test: 0 }, 24),
  modalities: sineModalities,
};
const recipe = {
  width: 40,
  encoders: { x: { name: "mlp", hidden: [40], rectify: true } },
  learner: { name: "maml", innerSteps: 1, innerLearningRate: 0.01 },
  episode: { shot: 10, query: 10 },
  train: { steps: 250, metaBatch: 10, learningRate: 0.005, evalEvery: 125, evalEpisodes: 20 },
  seed: 3,
} as const;

/** Curves that training does not see: ten points each to adapt to, and ten to predict. */
const fresh = Array.from({ length: 20 }, (_, k) => {
  const points = sineExamples({ train: 0, val: 0, test: 20 }, 20, 99).slice(20 * k, 20 * (k + 1));
  const plain = points.map(({ label, x }) => ({ label: label as number, x: x as number[] }));
  return { support: plain.slice(0, 10), queries: plain.slice(10) };
});

/** Embeddings of classes: a vector with noise about the mean of its class. */
const embeddings: Example[] = Array.from({ length: 12 * 10 }, (_, i) => {
  const label = i % 12;
  const [mean, noise] = [random(5, "mean", label), random(5, "noise", i)];
  return {
    label: `class ${label}`,
    vector: Array.from({ length: 16 }, () => mean.normal() + 0.7 * noise.normal()),
  };
});

let server: PageServer;
let browser: Browser;
let page: Page;
let folder: string;

/** Mean squared error of predicted values, and of the mean of each support: the floor of what adapts. */
function errorsOf(values: readonly (readonly number[])[]): { adapted: number; mean: number } {
  const squares: [number, number][] = fresh.flatMap(({ support, queries }, k) => {
    const mean = support.reduce((sum, { label }) => sum + label, 0) / support.length;
    return queries.map(({ label }, i): [number, number] => [
      (values[k][i] - label) ** 2,
      (mean - label) ** 2,
    ]);
  });
  const meanOf = (which: 0 | 1) => squares.reduce((sum, each) => sum + each[which], 0) / squares.length;
  return { adapted: meanOf(0), mean: meanOf(1) };
}

/** Largest relative difference of the losses and scores of two runs' steps and validations. */
function differenceOf(a: readonly TrainEvent[], b: readonly TrainEvent[]): number {
  const numbers = (events: readonly TrainEvent[]) =>
    events.flatMap((event) => {
      if (event.type === "step") return [event.loss];
      return event.type === "eval" ? [event.mse ?? event.accuracy ?? Number.NaN] : [];
    });
  const [x, y] = [numbers(a), numbers(b)];
  expect(x.length).toBe(y.length);
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]) / Math.abs(y[i] || 1)), 0);
}

describe.skipIf(!browserPath)("meta-training in a page", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "metamodal-train-"));
    server = await startServer({ files: { "/": emptyPage } });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("learns sine waves as Node does, and its model is read by Node", async () => {
    const inPage = await page.evaluate(
      async ({ data, recipe, fresh }) => {
        const start = performance.now();
        const run = metamodal.metaTrain({ data, ...recipe });
        const events: import("../../src/web.js").TrainEvent[] = [];
        for await (const event of run) events.push(event);
        const seconds = (performance.now() - start) / 1000;
        const model = await run.model();
        const valuesBy = (trained: typeof model) =>
          Promise.all(
            fresh.map(async ({ support, queries }) => {
              const task = await trained.adapt(support);
              const predictions = await task.predictAll(queries.map(({ x }) => ({ x })));
              return predictions.map((each) => ("value" in each ? each.value : Number.NaN));
            }),
          );
        const values = await valuesBy(model);
        const blob = await model.toBlob();
        await model.save("waves");
        const again = await valuesBy(await metamodal.loadModel({ name: "waves" }));
        const fromFile = await valuesBy(await metamodal.loadModel(blob));
        const bytes = [...new Uint8Array(await blob.arrayBuffer())];
        return { events, seconds, values, again, fromFile, bytes, card: model.card };
      },
      { data: waves, recipe, fresh },
    );
    const { values, again, fromFile, events } = inPage;
    const run = metaTrain({ data: createDataset(waves), ...recipe, runtime: "wasm", threads: 1 });
    const inNode: TrainEvent[] = [];
    const start = performance.now();
    for await (const event of run) inNode.push(event);
    const seconds = (performance.now() - start) / 1000;
    const difference = differenceOf(events, inNode);
    const errors = errorsOf(values);
    console.log(
      `sine waves, ${recipe.train.steps} steps: ${inPage.seconds.toFixed(2)} s in the page, ${seconds.toFixed(2)} s in Node; ` +
        `largest relative difference ${difference.toExponential(1)}; error ${errors.adapted.toFixed(3)}, ` +
        `of the support's mean ${errors.mean.toFixed(3)}`,
    );
    expect(difference).toBeLessThanOrEqual(1e-5);
    expect(errors.adapted).toBeLessThan(0.75 * errors.mean);
    expect(again).toEqual(values);
    expect(fromFile).toEqual(values);
    expect(inPage.card.training.runtime).toBe("wasm");
    const path = join(folder, "waves.model");
    writeFileSync(path, Uint8Array.from(inPage.bytes));
    const read = await loadModel(path, { runtime: "wasm" });
    expect(read.card).toEqual(inPage.card);
    const task = await read.adapt(fresh[0].support);
    const predicted = await task.predictAll(fresh[0].queries.map(({ x }) => ({ x })));
    for (const [i, each] of predicted.entries())
      expect("value" in each && each.value).toBeCloseTo(values[0][i], 5);
  });

  it("trains heads over the page's vectors, starting from another model too", async () => {
    const options = {
      learner: "ridge",
      episode: { way: 3, shot: 1, query: 3 },
      train: { steps: 20, metaBatch: 2, evalEvery: 10, evalEpisodes: 10 },
      seed: 1,
    } as const;
    const { events, continued, classes } = await page.evaluate(
      async ({ examples, options }) => {
        const data = { examples };
        const run = metamodal.metaTrain({ data, ...options });
        const events: import("../../src/web.js").TrainEvent[] = [];
        for await (const event of run) events.push(event);
        const model = await run.model();
        const next = await metamodal
          .metaTrain({ data, learner: "ridge", from: model, train: { steps: 2 } })
          .model();
        const task = await next.adapt(examples.slice(0, 12));
        return { events, continued: next.card.classes.seen?.length ?? 0, classes: task.classes.length };
      },
      { examples: embeddings, options },
    );
    const inNode: TrainEvent[] = [];
    const data = createDataset({ name: "examples", examples: embeddings });
    for await (const event of metaTrain({ data, ...options, runtime: "wasm" })) inNode.push(event);
    expect(differenceOf(events, inNode)).toBeLessThanOrEqual(1e-5);
    expect(continued).toBeGreaterThan(0);
    expect(classes).toBe(12);
  });

  it("leaves the page's thread free, and ends when it is aborted", async () => {
    const found = await page.evaluate(
      async ({ data, recipe }) => {
        // What playwright passes is read in a task of its own.
        await new Promise((resolve) => setTimeout(resolve, 100));
        let longest = 0;
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
        });
        observer.observe({ type: "longtask" });
        const controller = new AbortController();
        const train = { ...recipe.train, steps: 100_000 };
        const run = metamodal.metaTrain({ data, ...recipe, train, signal: controller.signal });
        let steps = 0;
        let [gap, last] = [0, performance.now()];
        const timer = setInterval(() => {
          gap = Math.max(gap, performance.now() - last);
          last = performance.now();
        }, 10);
        setTimeout(() => controller.abort(new Error("enough")), 4000);
        let [reason, aborted] = ["", 0];
        controller.signal.addEventListener("abort", () => {
          aborted = performance.now();
        });
        try {
          for await (const event of run) if (event.type === "step") steps++;
        } catch (error) {
          reason = (error as Error).message;
        }
        const ended = performance.now() - aborted;
        clearInterval(timer);
        const again = await run.model().then(String, (error: Error) => error.message);
        const model = await metamodal.metaTrain({ data, ...recipe, train: { steps: 2 } }).model();
        return { steps, gap, longest, ended, reason, again, next: model.card.training.steps };
      },
      { data: waves, recipe },
    );
    console.log(
      `${found.steps} steps in 4 s; longest task ${found.longest} ms, longest gap of a timer ${Math.round(found.gap)} ms; ` +
        `ended ${Math.round(found.ended)} ms after abort`,
    );
    expect(found).toMatchObject({ reason: "enough", again: "enough", next: 2 });
    expect(found.steps).toBeGreaterThan(10);
    expect(found.longest).toBeLessThanOrEqual(50);
    expect(found.ended).toBeLessThan(1000);
  });

  it("refuses what cannot be trained with one error each, and the page goes on", async () => {
    const codes = await page.evaluate(
      async ({ examples }) => {
        const good = { data: { examples }, train: { steps: 1, evalEpisodes: 2 } };
        const codeOf = (options: object) =>
          metamodal
            .metaTrain({ ...good, ...options } as Parameters<typeof metamodal.metaTrain>[0])
            .model()
            .then(String, (error: { code?: string }) => error.code ?? String(error));
        const bad: object[] = [
          { data: undefined },
          { data: { examples: [] } },
          { data: { examples: [{ label: "a", vector: [1, Number.NaN] }] } },
          { data: { examples, modalities: { vector: { kind: "smell" } } } },
          { learner: "none" },
          { learner: { name: "maml", innerSteps: -1 } },
          { width: 0.5 },
          { depth: 3 },
          { task: "regression" },
          { encoders: { image: "conv4" } },
          { encoders: { vector: { name: "pretrained", model: "a.onnx" } } },
          { episode: { way: 50, shot: 1 } },
          { train: { steps: 1, learningRate: -1 } },
          { runFolder: "run" },
          { resume: true },
          { data: { examples: [{ label: "a", vector: () => 1 }] } },
        ];
        const found: string[] = [];
        for (const options of bad) found.push(await codeOf(options));
        return [...found, await codeOf({})];
      },
      { examples: embeddings },
    );
    console.log(codes.join(" "));
    expect(codes.at(-1)).toBe("[object Object]");
    for (const code of codes.slice(0, -1)) expect(code).toMatch(/^[a-z]+\/[a-z-]+$/);
    expect(codes.slice(-4, -1)).toEqual([
      "train/no-folder-in-page",
      "train/no-folder-in-page",
      "web/not-sent",
    ]);
  });
});
