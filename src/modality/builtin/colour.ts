/**
 * Colour histogram of a square RGB image: the square roots of the shares of 8×8×8 bins, 512 numbers in the order red, green,
 * blue. Their cosine is the Bhattacharyya coefficient of two histograms (Swain and Ballard, 1991).
 *
 * Every second pixel of every second row counts, with the weight exp(−r² / (2 · 0.3²)) of its distance r from the centre in
 * image sides, since what a picture shows is mostly in its middle. A colour is shared among the eight bins around it by
 * trilinear interpolation; bin k of a channel is centred at (k + ½) / 8, so that a small change of colour is a small change
 * of the histogram.
 */

/** Bins of a channel. */
const BINS = 8;
const STEP = 2;
/** Standard deviation of the weight, in image sides. */
const CENTRE = 0.3;

export const colourLength = BINS ** 3;

/** Position of each level of 0 to 255 on the axis of bin centres: the lower bin, and the share of the upper one. */
const lowerBins = new Uint8Array(256);
const upperShares = new Float64Array(256);
for (let level = 0; level < 256; level++) {
  const at = Math.min(BINS - 1, Math.max(0, (level / 255) * BINS - 0.5));
  lowerBins[level] = Math.min(BINS - 2, Math.floor(at));
  upperShares[level] = at - lowerBins[level];
}

/** The histogram of interleaved RGB pixels `[side, side, 3]`. */
export function colourHistogram(pixels: Uint8Array, side: number): Float32Array {
  const weights = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-(((i + 0.5) / side - 0.5) ** 2) / (2 * CENTRE ** 2)),
  );
  const sums = new Float64Array(colourLength);
  let total = 0;
  for (let y = 0; y < side; y += STEP)
    for (let x = 0; x < side; x += STEP) {
      const weight = weights[y] * weights[x];
      addColour(sums, pixels, 3 * (y * side + x), weight);
      total += weight;
    }
  return Float32Array.from(sums, (sum) => Math.sqrt(sum / total));
}

/** Add the weight of the pixel at `at` to the eight bins around its colour. */
function addColour(sums: Float64Array, pixels: Uint8Array, at: number, weight: number): void {
  const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]];
  const [r, g, b] = [upperShares[red], upperShares[green], upperShares[blue]];
  const first = (lowerBins[red] * BINS + lowerBins[green]) * BINS + lowerBins[blue];
  addPair(sums, first, weight, (1 - r) * (1 - g), b);
  addPair(sums, first + BINS, weight, (1 - r) * g, b);
  addPair(sums, first + BINS ** 2, weight, r * (1 - g), b);
  addPair(sums, first + BINS ** 2 + BINS, weight, r * g, b);
}

/** Add a weight to two neighbouring bins of blue; `share` is that of their red and green. */
function addPair(sums: Float64Array, lower: number, weight: number, share: number, upper: number): void {
  sums[lower] += weight * (share * (1 - upper));
  sums[lower + 1] += weight * (share * upper);
}

/** Entropy of a histogram of square roots, in nats: low for drawings, which have few colours, high for photographs. */
export function colourEntropy(histogram: Float32Array): number {
  let entropy = 0;
  for (const root of histogram) if (root > 0) entropy -= 2 * root * root * Math.log(root);
  return entropy;
}
