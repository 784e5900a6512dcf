/** A page teaches and predicts what Node does, by the same examples. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Example, type TaughtPrediction, teach } from "../../src/index.js";
import { ownCache } from "../support/frozen.js";
import { wav } from "../support/wav.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { drawings, emoji, type Picture, photo } from "./support/fixtures.js";
import { type PageServer, startServer } from "./support/server.js";

ownCache();

/** Largest difference of probabilities and weights, from the same decoded input. */
const SAME = 1e-4;

let server: PageServer;
let browser: Browser;
let page: Page;

describe.skipIf(!browserPath)("a page", () => {
  beforeAll(async () => {
    server = await startServer({ files: { "/": emptyPage } });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Teach and predict in the page and in Node; the examples are plain data, and `data` is a file in base64. */
  async function both(support: readonly Example[], queries: readonly Example[], options = {}) {
    const inPage = await page.evaluate(
      async ({ support, queries, options }) => {
        const bytes = (text: unknown) => Uint8Array.from(atob(text as string), (c) => c.charCodeAt(0));
        const read = ({ data, ...rest }: Record<string, unknown>) =>
          data === undefined
            ? rest
            : { ...rest, media: new Blob([bytes(data)], { type: String(rest.type ?? "") }) };
        const plain = (each: Record<string, unknown>) => {
          const { type: _, ...others } = read(each);
          return others;
        };
        const task = await metamodal.teach(support.map(plain), options);
        const predictions = await task.predictAll(queries.map(plain));
        return { predictions, experts: task.experts, classes: task.classes, report: task.report };
      },
      { support, queries, options } as never,
    );
    const inNode = ({ data, type: _, ...rest }: Example): Example =>
      data === undefined ? rest : { ...rest, media: Buffer.from(data as string, "base64") };
    const task = await teach(support.map(inNode), options);
    const predictions = await task.predictAll(queries.map(inNode));
    return {
      page: inPage,
      node: { predictions, experts: task.experts, classes: task.classes, report: task.report },
    };
  }

  type Both = Awaited<ReturnType<typeof both>>;

  /** The largest difference of numbers, and the share of equal labels. */
  function compared({ page: inPage, node }: Both) {
    let most = 0;
    let agreeing = 0;
    for (const [i, prediction] of node.predictions.entries()) {
      const other = inPage.predictions[i] as TaughtPrediction;
      agreeing += Number(prediction.label === other.label && prediction.unknown === other.unknown);
      const numbers = (of: TaughtPrediction) => ({
        ...of.probabilities,
        ...(of.value !== undefined && { value: of.value }),
      });
      const [own, theirs] = [numbers(prediction), numbers(other)] as Record<string, number>[];
      for (const [name, p] of Object.entries(own)) most = Math.max(most, Math.abs(p - theirs[name]));
    }
    return { most, agreeing: agreeing / node.predictions.length };
  }

  it("teaches five classes from one drawing each", async () => {
    const all = drawings(5, 6).map(({ label, strokes }) => ({ label, strokes }));
    const support = all.filter((_, i) => i % 6 === 0);
    const queries = all.filter((_, i) => i % 6 > 0).map(({ strokes }) => ({ strokes }));
    const result = await both(support, queries);
    expect(result.page.classes).toEqual(result.node.classes);
    expect(result.page.report).toEqual(result.node.report);
    const { most, agreeing } = compared(result);
    console.log(`drawings: largest difference ${most.toExponential(1)}`);
    expect(most).toBeLessThan(SAME);
    expect(agreeing).toBe(1);
  });

  it("agrees on images from files: PNG with transparency, and JPEG", async () => {
    const media = ({ label, data }: Picture): Example => ({ label, data });
    const { support, queries } = emoji();
    const icons = compared(
      await both(
        support.map(media),
        queries.map(({ data }) => ({ data })),
      ),
    );
    const photos: Picture[] = [];
    for (let kind = 0; kind < 4; kind++)
      for (let i = 0; i < 8; i++)
        photos.push({ label: `kind ${kind}`, data: (await photo(kind, 10 * kind + i)).toString("base64") });
    const taught = photos.filter((_, i) => i % 8 < 3).map(media);
    const asked = photos.filter((_, i) => i % 8 >= 3).map(({ data }) => ({ data }));
    const jpegs = compared(await both(taught, asked));
    console.log(
      `emoji: ${(100 * icons.agreeing).toFixed(1)} % agree, probabilities within ${icons.most.toFixed(4)}; ` +
        `photos: ${(100 * jpegs.agreeing).toFixed(1)} %, within ${jpegs.most.toFixed(4)}`,
    );
    expect(icons.agreeing).toBeGreaterThanOrEqual(0.99);
    expect(jpegs.agreeing).toBeGreaterThanOrEqual(0.99);
  }, 400_000);

  it("agrees on sounds, texts, tables and vectors, with modalities missing", async () => {
    const tone = (pitch: number, i: number) =>
      Buffer.from(
        wav(
          [Float32Array.from({ length: 12_000 }, (_, t) => 0.3 * Math.sin((pitch * t * (1 + i / 50)) / 20))],
          12_000,
        ),
      ).toString("base64");
    const texts = ["sour yellow fruit", "a yellow lemon", "red cherries", "small red fruit"];
    const support = texts.flatMap((text, i): Example[] => {
      const label = i < 2 ? "lemon" : "cherry";
      const pitch = i < 2 ? 1 : 4;
      return [
        { label, text, vector: [i, 1 - i, pitch], row: { size: i + 1, colour: i < 2 ? "yellow" : "red" } },
        { label, data: tone(pitch, i), type: "audio/wav", row: { size: i + 2 } },
      ];
    });
    const queries: Example[] = [
      { text: "yellow and sour" },
      { data: tone(4, 9), type: "audio/wav" },
      { row: { size: 4, colour: "red" }, vector: [3, -2, 4] },
      { vector: [0, 1, 1] },
    ];
    const modalities = { row: { kind: "tabular" }, media: { kind: "audio" } };
    const result = await both(support, queries, { modalities });
    const { most, agreeing } = compared(result);
    console.log(`all kinds: largest difference ${most.toExponential(1)}`);
    expect(Object.keys(result.page.experts).sort()).toEqual(Object.keys(result.node.experts).sort());
    expect(most).toBeLessThan(SAME);
    expect(agreeing).toBe(1);
  });

  it("predicts numbers", async () => {
    const support = [1, 2, 3, 4, 5, 6].map((x) => ({ label: 2 * x + 1, vector: [x, x * x, 1] }));
    const { most } = compared(await both(support, [{ vector: [3.5, 12, 1] }]));
    expect(most).toBeLessThan(SAME);
  });

  it("adds and removes examples as Node does", async () => {
    const [a, b, c] = [0, 2, 4]
      .map((i) => drawings(3, 2)[i])
      .map(({ label, strokes }) => ({ label, strokes }));
    const steps = await page.evaluate(
      async ([a, b, c]) => {
        const task = await metamodal.teach([a, b]);
        const before = task.classes.length;
        const added = await task.add([c, a]);
        const after = [...task.classes];
        await task.remove({ classes: [b.label] });
        return { before, added, after, last: task.classes, examples: task.examples.length };
      },
      [a, b, c],
    );
    expect(steps.before).toBe(2);
    expect(steps.after).toEqual([a.label, b.label, c.label].sort());
    expect(steps.last).toEqual([a.label, c.label].sort());
    const task = await teach([a, b]);
    const added = await task.add([c, a]);
    expect(steps.added).toEqual(added);
    await task.remove({ classes: [b.label] });
    expect(steps.examples).toBe(task.examples.length);
  });
});
