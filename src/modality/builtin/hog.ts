/**
 * Histograms of oriented gradients (Dalal & Triggs, 2005) of an RGB image of 40×40 pixels, 576 numbers.
 *
 * Gradients are differences of the right and left, lower and upper neighbours, the border repeated, in the channel where
 * they are largest. Each pixel adds the magnitude of its gradient to the two nearest of 9 orientations in 0…180° and to the
 * four nearest of 5×5 cells of 8×8 pixels, with linear weights. Blocks of 2×2 cells, 16 with a step of one cell, are divided
 * by √(‖v‖² + ε²), cut off at 0.2 and normalised again; they follow each other in rows, each as orientation × 2 × 2 cells.
 */

const SIDE = 40;
const CELLS = 5;
const CELL = SIDE / CELLS;
const ORIENTATIONS = 9;
const BLOCK = 2;
const BLOCKS = CELLS - BLOCK + 1;
const MAX_VALUE = 0.2;
/** Of pixels in 0…1. */
const EPSILON = 0.01;

/** Side of the image, and length of the descriptor. */
export const hogSide = SIDE;
export const hogLength = BLOCKS ** 2 * BLOCK ** 2 * ORIENTATIONS;

/** The descriptor of interleaved RGB pixels in 0…1 [40, 40, 3]. */
export function hog(pixels: Float32Array): Float32Array {
  const cells = new Float32Array(CELLS * CELLS * ORIENTATIONS);
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) addGradient(cells, pixels, x, y);
  return blocksOf(cells);
}

/** Add the gradient at a pixel in the channel where it is longest. */
function addGradient(cells: Float32Array, pixels: Float32Array, x: number, y: number): void {
  const [left, right] = [Math.max(0, x - 1), Math.min(SIDE - 1, x + 1)];
  const [above, below] = [Math.max(0, y - 1), Math.min(SIDE - 1, y + 1)];
  let dx = 0;
  let dy = 0;
  let longest = 0;
  for (let c = 0; c < 3; c++) {
    const across = pixels[3 * (y * SIDE + right) + c] - pixels[3 * (y * SIDE + left) + c];
    const down = pixels[3 * (below * SIDE + x) + c] - pixels[3 * (above * SIDE + x) + c];
    const length = across * across + down * down;
    if (length <= longest) continue;
    dx = across;
    dy = down;
    longest = length;
  }
  const magnitude = Math.sqrt(dx * dx + dy * dy);
  if (magnitude > 0) vote(cells, x, y, magnitude, Math.atan2(dy, dx));
}

/** Add a gradient to the nearest cells [row, column, orientation]. */
function vote(cells: Float32Array, x: number, y: number, magnitude: number, angle: number): void {
  const turn = (((angle / Math.PI) % 1) + 1) % 1;
  const bin = turn * ORIENTATIONS - 0.5;
  const first = Math.floor(bin);
  const [lower, upper] = [(first + ORIENTATIONS) % ORIENTATIONS, (first + 1) % ORIENTATIONS];
  const [column, row] = [(x + 0.5) / CELL - 0.5, (y + 0.5) / CELL - 0.5];
  const [top, left] = [Math.floor(row), Math.floor(column)];
  for (let i = Math.max(0, top); i <= top + 1 && i < CELLS; i++)
    for (let j = Math.max(0, left); j <= left + 1 && j < CELLS; j++) {
      const weight = magnitude * (1 - Math.abs(row - i)) * (1 - Math.abs(column - j));
      const start = (i * CELLS + j) * ORIENTATIONS;
      cells[start + lower] += weight * (1 - (bin - first));
      cells[start + upper] += weight * (bin - first);
    }
}

/** The normalised blocks of cells. */
function blocksOf(cells: Float32Array): Float32Array {
  const out = new Float32Array(hogLength);
  const size = ORIENTATIONS * BLOCK * BLOCK;
  // Sums over a cell become means, so that ε does not depend on its size.
  const pixelsPerCell = CELL * CELL;
  for (let block = 0; block < BLOCKS * BLOCKS; block++) {
    const [top, left] = [Math.floor(block / BLOCKS), block % BLOCKS];
    const values = out.subarray(block * size, (block + 1) * size);
    for (let i = 0; i < size; i++) {
      const [row, column] = [top + ((i >> 1) & 1), left + (i & 1)];
      values[i] = cells[(row * CELLS + column) * ORIENTATIONS + (i >> 2)] / pixelsPerCell;
    }
    divide(values, Math.sqrt(squares(values) + EPSILON ** 2));
    for (let i = 0; i < size; i++) values[i] = Math.min(MAX_VALUE, values[i]);
    divide(values, Math.sqrt(squares(values) + 1e-6));
  }
  return out;
}

const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);

function divide(values: Float32Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] /= by;
}
