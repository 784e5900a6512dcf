/** Memory of a page and its worker, before and after many predictions. */

import type { Browser } from "playwright-core";
import { emptyPage, openPage } from "./browser.js";
import { drawings } from "./fixtures.js";
import { startServer } from "./server.js";

/** Bytes of heaps and WebAssembly memory after a hundred predictions, and after `count` more. */
export async function memoryOfPredictions(
  browser: Browser,
  count: number,
): Promise<{ before: number; after: number }> {
  const support = drawings(5, 1).map(({ label, strokes }) => ({ label, strokes }));
  const query = { strokes: drawings(2, 2)[3].strokes };
  // Memory can be measured in isolated pages only.
  const server = await startServer({ files: { "/": emptyPage }, isolated: true });
  const page = await openPage(browser, server.origin);
  const measured = await page.evaluate(
    async ({ support, query, count }) => {
      metamodal.configure({ without: ["image.onnx"] });
      const task = await metamodal.teach(support);
      const measure = () =>
        (performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> })
          .measureUserAgentSpecificMemory()
          .then(({ bytes }) => bytes);
      for (let i = 0; i < 100; i++) await task.predict(query);
      const before = await measure();
      for (let i = 0; i < count; i++) await task.predict(query);
      return { before, after: await measure() };
    },
    { support, query, count },
  );
  await page.close();
  await server.close();
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `${count} predictions: ${megabytes(measured.before)} MB before, ${megabytes(measured.after)} MB after`,
  );
  return measured;
}
