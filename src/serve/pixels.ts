/** The pixels of a request's images, which are counted by their headers before any is decoded. */

import type { Example } from "../data/index.js";
import { headerPixels } from "../modality/image/header-pixels.js";
import type { Limits } from "./limits.js";
import { Refusal } from "./refusal.js";

/** Check the sum of pixels of examples. @throws {Refusal} 413 `serve/too-many-pixels` */
export async function checkPixels(examples: readonly Example[], { maxPixels }: Limits): Promise<void> {
  let pixels = 0;
  for (const example of examples)
    for (const value of Object.values(example)) {
      if (value instanceof Uint8Array) pixels += await headerPixels(value);
      if (pixels > maxPixels) throw tooManyPixels(maxPixels);
    }
}

const tooManyPixels = (most: number) =>
  new Refusal(413, {
    code: "serve/too-many-pixels",
    where: "the images of the request",
    problem: "they have too many pixels",
    expected: `at most ${most} in all`,
    remedy: "Send fewer or smaller images, or start the server with a higher --max-pixels.",
  });
