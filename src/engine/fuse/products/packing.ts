/**
 * Copies a block of a matrix in the order in which tiles read it. B becomes panels of 8 columns, the last one of 4 or 8, a
 * row of the panel after the other; what a panel has beyond the matrix is never stored. A transposed becomes k rows of a
 * tile's numbers.
 */

import { bytesOfLane } from "../codegen/entries.js";
import type { FunctionBody } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";
import { NUMBER, VECTOR } from "./tile.js";

/** Columns of a whole panel, in vectors. */
export const PANEL_VECTORS = 2;
export const PANEL = PANEL_VECTORS * LANES;

/** Whole panels of `n` columns, and the vectors and columns of the last one if it is not whole. */
export function panelsOf(n: number): {
  whole: number;
  rest: { vectors: number; columns: number } | undefined;
} {
  const columns = n % PANEL;
  const rest = columns === 0 ? undefined : { vectors: Math.ceil(columns / LANES), columns };
  return { whole: Math.floor(n / PANEL), rest };
}

/** Bytes of packed panels of `n` columns and k rows. */
export function packedBytes(n: number, k: number): number {
  const { whole, rest } = panelsOf(n);
  return (whole * PANEL_VECTORS + (rest?.vectors ?? 0)) * k * VECTOR;
}

/** A matrix B as panels. */
export function packed(data: ArrayLike<number>, k: number, n: number): Float32Array {
  const out = new Float32Array(packedBytes(n, k) / NUMBER);
  const { whole, rest } = panelsOf(n);
  const pack = (panel: number, columns: number, width: number) => {
    const [from, to] = [panel * PANEL, panel * PANEL * k];
    for (let row = 0; row < k; row++)
      for (let column = 0; column < columns; column++)
        out[to + row * width + column] = data[row * n + from + column];
  };
  for (let panel = 0; panel < whole; panel++) pack(panel, PANEL, PANEL);
  if (rest) pack(whole, rest.columns, rest.vectors * LANES);
  return out;
}

interface Block {
  /** Locals with the addresses of the block and of its copy. */
  readonly from: number;
  readonly to: number;
  readonly k: number;
  readonly n: number;
  /** Bytes from a row of the stored matrix to the next. */
  readonly row: number;
}

/** Copy `vectors` vectors from the address in the local `source` to that in `target`. */
function copyVectors(
  body: FunctionBody,
  { source, target, vectors }: Readonly<Record<"source" | "target" | "vectors", number>>,
): void {
  for (let vector = 0; vector < vectors; vector++)
    body
      .get(target)
      .get(source)
      .op("v128.load", vector * VECTOR)
      .op("v128.store", vector * VECTOR);
}

/** Pack a block of B, stored in rows. It is read up to 28 bytes beyond its end. */
export function packRows(body: FunctionBody, { from, to, k, n, row }: Block): void {
  const [panel, target] = [body.offset(from), body.offset(to)];
  const pack = (vectors: number) => {
    const source = body.offset(panel);
    body.repeat(k, () => {
      copyVectors(body, { source, target, vectors });
      body.advance(source, row).advance(target, vectors * VECTOR);
    });
  };
  const { whole, rest } = panelsOf(n);
  body.repeat(whole, () => {
    pack(PANEL_VECTORS);
    body.advance(panel, PANEL_VECTORS * VECTOR);
  });
  if (rest) pack(rest.vectors);
}

/** Pack a block of B that is stored transposed: a row of it is a column of B. */
export function packColumns(body: FunctionBody, { from, to, k, n, row }: Block): void {
  const [panel, target] = [body.offset(from), body.offset(to)];
  const pack = (vectors: number, columns: number) => {
    for (let vector = 0; vector < vectors; vector++) {
      const rows = Array.from(
        { length: LANES },
        (_, lane) => Math.min(vector * LANES + lane, columns - 1) * row,
      );
      const [source, out] = [body.offset(panel), body.offset(target, vector * VECTOR)];
      body.repeat(Math.floor(k / LANES), () => {
        transposeSquare(body, source, rows, out, vectors * VECTOR);
        body.advance(source, VECTOR).advance(out, LANES * vectors * VECTOR);
      });
      for (let step = 0; step < k % LANES; step++) {
        body.get(out);
        body.get(source).op("v128.load32_zero", rows[0] + step * NUMBER);
        for (let lane = 1; lane < LANES; lane++) insertLane(body, source, rows[lane] + step * NUMBER, lane);
        body.op("v128.store", step * vectors * VECTOR);
      }
    }
    body.advance(target, k * vectors * VECTOR);
  };
  const { whole, rest } = panelsOf(n);
  body.repeat(whole, () => {
    pack(PANEL_VECTORS, PANEL);
    body.advance(panel, PANEL * row);
  });
  if (rest) pack(rest.vectors, rest.columns);
}

/** Replace a lane of the vector on the stack by a number from memory. */
function insertLane(body: FunctionBody, source: number, offset: number, lane: number): void {
  const vector = body.local("v128");
  body.set(vector).get(source).get(vector).op("v128.load32_lane", offset, lane);
}

/** Lanes of two vectors in a new order. */
const shuffle = (body: FunctionBody, a: number, b: number, lanes: readonly number[]) => {
  const result = body.local("v128");
  body.get(a).get(b).raw("i8x16.shuffle", lanes.flatMap(bytesOfLane)).set(result);
  return result;
};

/** Read four vectors and store them transposed, `step` bytes apart. */
function transposeSquare(
  body: FunctionBody,
  source: number,
  rows: readonly number[],
  target: number,
  step: number,
): void {
  const [a, b, c, d] = rows.map((row) => {
    const vector = body.local("v128");
    body.get(source).op("v128.load", row).set(vector);
    return vector;
  });
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ];
  const pairs = [
    shuffle(body, a, b, low),
    shuffle(body, c, d, low),
    shuffle(body, a, b, high),
    shuffle(body, c, d, high),
  ];
  for (let k = 0; k < LANES; k++) {
    const [first, second] = k < 2 ? [pairs[0], pairs[1]] : [pairs[2], pairs[3]];
    const lanes = k % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7];
    body
      .get(target)
      .get(shuffle(body, first, second, lanes))
      .op("v128.store", k * step);
  }
}

/** Pack the next `rows` columns of A, which is stored transposed: for each k, the numbers of a tile's rows. */
export function packTile(
  body: FunctionBody,
  { from, to, k, rows, row }: Omit<Block, "n"> & { rows: number },
): void {
  const [source, target] = [body.offset(from), body.offset(to)];
  const vectors = Math.ceil(rows / LANES);
  body.repeat(k, () => {
    copyVectors(body, { source, target, vectors });
    body.advance(source, row).advance(target, vectors * VECTOR);
  });
}
