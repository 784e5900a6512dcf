/**
 * Compares grey pictures of 32×32. Features are histograms of oriented gradients (Dalal, Triggs, 2005), centred on the
 * gradients' centre of mass. Copies are recognised by the correlation of pixels at the best of nine shifts, which stays near 1
 * under changes of brightness, contrast and compression and a little noise.
 */

/** The side of the compared pictures, in pixels. */
export const side = 32;
const pixels = side * side;
const cells = 8;
const bins = 8;
export const gradientWidth = cells * cells * bins;

/** Smooth with the kernel [1, 2, 1]², replicating the border. */
function smoothed(image: ArrayLike<number>): Float32Array {
  const out = new Float32Array(pixels);
  const at = (x: number, y: number) =>
    image[Math.min(side - 1, Math.max(0, y)) * side + Math.min(side - 1, Math.max(0, x))];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) sum += (2 - Math.abs(dx)) * (2 - Math.abs(dy)) * at(x + dx, y + dy);
      out[y * side + x] = sum / 16;
    }
  return out;
}

/** Write the gradient histogram of a picture [32, 32] into `out` [8 · 8 · 8], scaled to length 1. */
export function writeGradients(image: ArrayLike<number>, out: Float32Array): void {
  const soft = smoothed(image);
  const gradient = (i: number) => [soft[i + 1] - soft[i - 1], soft[i + side] - soft[i - side]];
  let [mass, middleX, middleY] = [1e-9, 0, 0];
  const inner = (visit: (x: number, y: number) => void) => {
    for (let y = 1; y < side - 1; y++) for (let x = 1; x < side - 1; x++) visit(x, y);
  };
  inner((x, y) => {
    const size = Math.hypot(...gradient(y * side + x));
    mass += size;
    middleX += x * size;
    middleY += y * size;
  });
  const [shiftX, shiftY] = [side / 2 - middleX / mass, side / 2 - middleY / mass].map(Math.round);
  inner((x, y) => {
    const [gx, gy] = gradient(y * side + x);
    const size = Math.hypot(gx, gy);
    if (size === 0) return;
    const turn = (((Math.atan2(gy, gx) / (2 * Math.PI)) % 1) + 1) % 1;
    const bin = turn * bins;
    const [first, part] = [Math.floor(bin) % bins, bin % 1];
    const [cx, cy] = [x + shiftX, y + shiftY].map((p) => ((p + 0.5) * cells) / side - 0.5);
    for (const row of [Math.floor(cy), Math.floor(cy) + 1])
      for (const column of [Math.floor(cx), Math.floor(cx) + 1]) {
        if (row < 0 || row >= cells || column < 0 || column >= cells) continue;
        const share = size * (1 - Math.abs(cy - row)) * (1 - Math.abs(cx - column));
        const cell = (row * cells + column) * bins;
        out[cell + first] += share * (1 - part);
        out[cell + ((first + 1) % bins)] += share * part;
      }
  });
  // Roots, as the Hellinger distance takes them (Arandjelović, Zisserman, 2012).
  let length = 0;
  for (let i = 0; i < gradientWidth; i++) {
    length += out[i];
    out[i] = Math.sqrt(out[i]);
  }
  if (length > 0) for (let i = 0; i < gradientWidth; i++) out[i] /= Math.sqrt(length);
}

/** 1 less the greatest correlation of two pictures [32, 32] over shifts of up to a pixel; 1 if one has a single colour. */
export function pictureDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let best = 0;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) best = Math.max(best, correlation(a, b, dx, dy));
  return 1 - best;
}

/** The correlation of `a`, shifted by (dx, dy), with `b`, over their intersection. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>, dx: number, dy: number): number {
  let [count, sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, dy); y < side + Math.min(0, dy); y++)
    for (let x = Math.max(0, dx); x < side + Math.min(0, dx); x++) {
      const [u, v] = [a[(y - dy) * side + x - dx], b[y * side + x]];
      count++;
      sumA += u;
      sumB += v;
      squaresA += u * u;
      squaresB += v * v;
      products += u * v;
    }
  const spread = (squares: number, sum: number) => squares - (sum * sum) / count;
  const scale = Math.sqrt(spread(squaresA, sumA) * spread(squaresB, sumB));
  return scale > 0 ? (products - (sumA * sumB) / count) / scale : 0;
}
