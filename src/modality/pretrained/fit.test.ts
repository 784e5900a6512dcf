/** Scaling to the input of a pretrained network: in a page as in Node, up to the filter. */

import { expect, it } from "vitest";
import type { RawImage } from "../image/raw.js";
import { fitTo } from "./fit.js";
import { fitTo as inPage } from "./fit.web.js";

/** A smooth picture, which every filter scales alike. */
function smooth(width: number, height: number): RawImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [((i / 3) | 0) % width, (i / 3 / width) | 0];
    return 128 + 60 * Math.sin((3 * x) / width + (i % 3)) + 50 * Math.cos((2 * y) / height);
  });
  return { width, height, channels: 3, data };
}

it.each([
  ["crop", 40, 60, { height: 16, width: 16, fit: "crop" as const }],
  ["crop of a wide one", 90, 31, { height: 16, width: 24, fit: "crop" as const }],
  ["crop after a shorter side", 64, 48, { height: 16, width: 16, shorter: 24, fit: "crop" as const }],
  ["stretch", 50, 20, { height: 12, width: 16, fit: "stretch" as const }],
  ["the same size", 16, 16, { height: 16, width: 16, fit: "crop" as const }],
])("%s is within a few levels of Node's", async (_, width, height, options) => {
  const image = smooth(width, height);
  const [node, page] = [await fitTo(image, options), await inPage(image, options)];
  expect([page.width, page.height, page.data.length]).toEqual([node.width, node.height, node.data.length]);
  let most = 0;
  for (const [i, x] of node.data.entries()) most = Math.max(most, Math.abs(x - page.data[i]));
  expect(most).toBeLessThanOrEqual(6);
});
