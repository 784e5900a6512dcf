/**
 * Colour histogram of an RGB image: the square roots of the shares of its pixels in 8×8×8 bins of equal width, 512 numbers
 * in the order red, green, blue. Their cosine is the Bhattacharyya coefficient of two histograms (Swain & Ballard, 1991).
 */

/** Each channel has 2³ bins. */
const BITS = 3;

export const colourLength = 2 ** (3 * BITS);

/** The histogram of interleaved RGB pixels. */
export function colourHistogram(pixels: Uint8Array): Float32Array {
  const counts = new Float32Array(colourLength);
  const drop = 8 - BITS;
  for (let i = 0; i < pixels.length; i += 3)
    counts[
      ((pixels[i] >> drop) << (2 * BITS)) | ((pixels[i + 1] >> drop) << BITS) | (pixels[i + 2] >> drop)
    ]++;
  return counts.map((count) => Math.sqrt((3 * count) / pixels.length));
}
