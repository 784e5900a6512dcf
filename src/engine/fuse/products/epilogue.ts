/** What is done with the sums of a tile: an activation, and the store of as many columns as the matrix has. */

import type { Attributes, OnnxNode } from "../../lower/onnx.js";
import { type FunctionBody, floatBytes } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";
import { NUMBER, VECTOR } from "./tile.js";

/** y = min(high, max(low, x < 0 ? alpha · x : x)), each if given. */
export interface Bounds {
  readonly alpha?: number;
  readonly low?: number;
  readonly high?: number;
}

/** The activation in a node's attributes. */
export function boundsOf({ attributes }: OnnxNode): Bounds {
  const bounds: { alpha?: number; low?: number; high?: number } = {};
  for (const name of ["alpha", "low", "high"] as const) {
    const bound = floatOf(attributes[name]);
    if (bound !== undefined) bounds[name] = bound;
  }
  return bounds;
}

/** The value of a float attribute. */
export const floatOf = (attribute: Attributes[string] | undefined): number | undefined =>
  typeof attribute === "object" && "float" in attribute ? attribute.float : undefined;

/** Push a number in all lanes. */
export const pushNumber = (body: FunctionBody, number: number): void => pushBytes(body, floatBytes(number));

/** Push four bytes in all lanes. */
export function pushBytes(body: FunctionBody, bytes: readonly number[]): void {
  body.raw("v128.const", [...bytes, ...bytes, ...bytes, ...bytes]);
}

/** Apply an activation to a local. */
export function activate(body: FunctionBody, { alpha, low, high }: Bounds, sum: number): void {
  if (alpha !== undefined) {
    body.get(sum);
    pushNumber(body, alpha);
    body.op("f32x4.mul").get(sum).get(sum);
    pushNumber(body, 0);
    body.op("f32x4.lt").op("v128.bitselect").set(sum);
  }
  // pmax(a, b) is a < b ? b : a, so not-a-number passes.
  for (const [bound, opcode] of [
    [low, "f32x4.pmax"],
    [high, "f32x4.pmin"],
  ] as const) {
    if (bound === undefined) continue;
    body.get(sum);
    pushNumber(body, bound);
    body.op(opcode).set(sum);
  }
}

/** Store the first `columns` lanes of a vector. */
export function storeColumns(
  body: FunctionBody,
  address: number,
  offset: number,
  vector: number,
  columns: number,
): void {
  const store = (opcode: "v128.store64_lane" | "v128.store32_lane", lane: number, at: number) =>
    body
      .get(address)
      .get(vector)
      .op(opcode, offset + at * NUMBER, lane);
  if (columns >= LANES) body.get(address).get(vector).op("v128.store", offset);
  else {
    if (columns >= 2) store("v128.store64_lane", 0, 0);
    if (columns % 2 === 1) store("v128.store32_lane", columns - 1, columns - 1);
  }
}

/** Store the sums of a tile in rows that are `row` bytes apart. */
export function storeTile(
  body: FunctionBody,
  sums: readonly (readonly number[])[],
  { address, row, columns }: { address: number; row: number; columns: number },
): void {
  for (const [i, vectors] of sums.entries())
    for (const [vector, sum] of vectors.entries())
      storeColumns(body, address, i * row + vector * VECTOR, sum, columns - vector * LANES);
}
