/**
 * The innermost part of a matrix product: a tile of a few rows and one or two vectors of columns, whose sums stay in
 * registers. Each step along k reads one vector of B per vector of columns, and spreads one number of A per row.
 *
 * Every sum is taken along k in order, by a multiplication and an addition that each round, whatever the tile: so an entry
 * is the same in any tile, in any batch and on any thread.
 */

import type { FunctionBody } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";

/** How multiplications are added. `relaxed` rounds once where the processor does, so the last bits depend on the machine. */
export type Variant = "exact" | "relaxed";

/** Where a matrix is: its local address, and bytes from one row (of A) to the next and from one step along k to the next. */
interface Place {
  readonly address: number;
  readonly row: number;
  readonly step: number;
}

export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  readonly steps: number;
  /** Runs of `steps` steps that are `jump` bytes apart in A and adjacent in B. */
  readonly runs: { readonly count: number; readonly jump: number };
  readonly a: Place;
  readonly b: Omit<Place, "row">;
  readonly variant: Variant;
  /** Push the first value of the sums at a row and a vector of columns. */
  start(row: number, vector: number): void;
  /** Take the sums, in locals by row and vector. */
  finish(sums: readonly (readonly number[])[]): void;
}

/** Bytes of a vector and of a number. */
export const VECTOR = 16;
export const NUMBER = VECTOR / LANES;
/** Append a tile to a function. */
export function emitTile(body: FunctionBody, tile: Tile): void {
  const { rows, vectors, steps, runs, a, b } = tile;
  const sums = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: vectors }, (_, vector) => {
      const sum = body.local("v128");
      tile.start(row, vector);
      body.set(sum);
      return sum;
    }),
  );
  const [fromA, fromB] = [body.offset(a.address), body.offset(b.address)];
  body.repeat(runs.count, () => {
    // One step an iteration: V8 moves the loads of several steps to the front, and then has too few registers.
    body.repeat(steps, () => {
      emitStep(body, tile, { sums, fromA, fromB });
      body.advance(fromA, a.step).advance(fromB, b.step);
    });
    body.advance(fromA, runs.jump - steps * a.step);
  });
  tile.finish(sums);
}

interface Position {
  readonly sums: readonly (readonly number[])[];
  readonly fromA: number;
  readonly fromB: number;
}

/** Append one step along k. */
function emitStep(body: FunctionBody, { vectors, rows, a, variant }: Tile, at: Position): void {
  const { sums, fromA, fromB } = at;
  const columns = Array.from({ length: vectors }, (_, vector) => {
    const column = body.local("v128");
    body.get(fromB).op("v128.load", vector * VECTOR);
    body.set(column);
    return column;
  });
  for (let row = 0; row < rows; row++) {
    const number = body.local("v128");
    body.get(fromA).op("v128.load32_splat", row * a.row);
    body.set(number);
    for (const [vector, column] of columns.entries()) {
      const sum = sums[row][vector];
      if (variant === "relaxed") body.get(number).get(column).get(sum).op("f32x4.relaxed_madd").set(sum);
      else body.get(sum).get(number).get(column).op("f32x4.mul").op("f32x4.add").set(sum);
    }
  }
}
