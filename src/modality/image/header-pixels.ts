/** The size of an image file without decoding it. */

import { loadSharp } from "../../base/sharp.js";
import { pictureSize } from "./format.js";

/** Width times height of an image file, by its header; 0 if the bytes are none. */
export async function headerPixels(bytes: Uint8Array): Promise<number> {
  try {
    const claimed = pictureSize(bytes);
    if (claimed) return claimed[0] * claimed[1];
    const sharp = await loadSharp();
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return width * height;
  } catch {
    return 0;
  }
}
