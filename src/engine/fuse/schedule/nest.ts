/**
 * Loop schedule of a kernel: the order of its loops, the one that is vectorized, and those that are unrolled.
 *
 * Adjacent loops that every array goes through as through one are merged. Kept loops run outside, reduced loops inside,
 * with the reduction in registers. If that would go through large arrays several times, only a block of the innermost
 * reduced loop runs inside, and the reduction is accumulated in memory. Loops of folds and other short ones are unrolled
 * in the innermost body.
 */

import type { Access, Kernel, LoopUse } from "../analysis/kernel.js";

export interface Loop {
  readonly size: number;
  readonly use: LoopUse;
  /** Entries that an iteration moves in each array: inputs first, then outputs. */
  readonly strides: readonly number[];
}

export interface Nest {
  /** Loops from the outermost to the innermost. */
  readonly loops: readonly Loop[];
  /** Position of the vectorized loop; -1 if there is none. */
  readonly vector: number;
  /** How many loops are outside of those that are reduced in registers. */
  readonly outside: number;
  /** Whether some of these are reduced loops: the reduction is accumulated in memory. */
  readonly accumulates: boolean;
  /** Loops inside all of those, unrolled. */
  readonly unrolled: readonly Loop[];
}

/** Entries of a vector. */
export const LANES = 4;
/** The most rows of a block that is reduced in registers if the rest is accumulated in memory, and the fewest. */
const MAX_ROWS = 64;
const MIN_ROWS = 8;
/** The longest loop that is unrolled, and the most copies of the body. */
const MAX_UNROLLED = 3;
const MAX_COPIES = 9;
/** How many independent accumulators a reduction has, the best first. */
const ACCUMULATORS = [4, 5, 3, 2];

/** The loop schedule of a kernel. */
export function arrange(kernel: Kernel): Nest {
  const arrays: readonly Access[] = [...kernel.inputs, ...kernel.outputs];
  const all = kernel.loops.map(
    (size, loop): Loop => ({
      size,
      use: kernel.uses[loop],
      strides: arrays.map(({ strides }) => strides[loop]),
    }),
  );
  const loops = [...merged(ofUse("kept", all)), ...merged(ofUse("reduced", all))];
  const vector = bestVector(loops);
  const reduces = ofUse("reduced", loops).length > 0;
  const unrolled = [...ofUse("folded", all)];
  unrolled.push(...unrollable(loops, vector, unrolled.length > 0));
  const rest = loops.filter((loop) => loop !== vector && !unrolled.includes(loop));
  const kept = ofUse("kept", rest);
  const reduced = ofUse("reduced", rest);
  if (vector?.use === "reduced") reduced.push(vector);
  if (reduces && unrolled.length === 0) tile(kept, unrolled, kernel.inputs.length);
  const inside = vector?.use === "kept" ? [vector] : [];
  const isContiguous = inside.every(
    ({ size, strides }) =>
      size % LANES === 0 && kernel.outputs.every((_, i) => strides[kernel.inputs.length + i] === 1),
  );
  const accumulated = inside.length > 0 && reduced.length > 0 && isContiguous ? allButRows(reduced) : [];
  const outside = [...kept, ...accumulated, ...inside];
  const nest = [...outside, ...reduced];
  return {
    loops: nest,
    vector: vector ? nest.indexOf(vector) : -1,
    accumulates: accumulated.length > 0,
    outside: outside.length,
    unrolled,
  };
}

const ofUse = (use: LoopUse, loops: readonly Loop[]) => loops.filter((loop) => loop.use === use);

/** Short loops that are unrolled: reduced ones of a vectorized kernel, and kept ones of a kernel that reduces nothing. */
function unrollable(loops: readonly Loop[], vector: Loop | undefined, hasFolds: boolean): Loop[] {
  const reduces = ofUse("reduced", loops).length > 0;
  const unrolled: Loop[] = [];
  let copies = 1;
  for (const loop of loops) {
    const isInterleaved = vector !== undefined && loop.strides.includes(1);
    const isWanted =
      loop.use === "reduced"
        ? vector !== undefined
        : !reduces && (hasFolds || unrolled.length > 0 || isInterleaved);
    if (loop === vector || loop.size > MAX_UNROLLED || !isWanted || copies * loop.size > MAX_COPIES) continue;
    copies *= loop.size;
    unrolled.push(loop);
  }
  return unrolled;
}

/** Unroll some iterations of the innermost kept loop if they read an input alike: independent accumulators. */
function tile(kept: Loop[], unrolled: Loop[], inputs: number): void {
  const rows = kept.at(-1);
  const size = ACCUMULATORS.find((count) => rows && rows.size % count === 0);
  if (!rows || size === undefined || !rows.strides.slice(0, inputs).includes(0)) return;
  kept.pop();
  unrolled.push({ ...rows, size });
  if (rows.size > size)
    kept.push({ ...rows, size: rows.size / size, strides: rows.strides.map((stride) => stride * size) });
}

/** Remove all but a block of rows of the innermost loop from `reduced`, so that the block stays in the cache. */
function allButRows(reduced: Loop[]): Loop[] {
  const rows = reduced.pop()!;
  const outer = reduced.splice(0);
  const divides = (size: number) => rows.size % size === 0;
  const most = Array.from({ length: MAX_ROWS }, (_, i) => MAX_ROWS - i).find(divides)!;
  if (rows.size <= MAX_ROWS || most < MIN_ROWS) {
    reduced.push(rows);
    return outer;
  }
  reduced.push({ ...rows, size: most });
  return [
    ...outer,
    { ...rows, size: rows.size / most, strides: rows.strides.map((stride) => stride * most) },
  ];
}

/** The loops with adjacent ones merged that every array goes through as through one. */
function merged(loops: readonly Loop[]): Loop[] {
  const out: Loop[] = [];
  for (const loop of loops) {
    if (loop.size === 1) continue;
    const outer = out.at(-1);
    const isOne = outer !== undefined && loop.strides.every((s, i) => outer.strides[i] === s * loop.size);
    if (isOne) out[out.length - 1] = { ...loop, size: outer.size * loop.size };
    else out.push(loop);
  }
  return out;
}

/** The loop along which most entries are contiguous; undefined if none is as long as a vector. */
function bestVector(loops: readonly Loop[]): Loop | undefined {
  const entries = (array: number) =>
    loops.reduce((n, { size, strides }) => (strides[array] === 0 ? n : n * size), 1);
  const worth = (stride: number) => (stride === 1 ? 4 : stride === 2 ? 3 : stride === 0 ? 2 : 0);
  const score = ({ strides }: Loop) =>
    strides.reduce((sum, stride, array) => sum + worth(stride) * entries(array), 0);
  const long = loops.filter((loop) => loop.size >= LANES);
  return long.reduce<Loop | undefined>(
    (best, loop) => (best && score(best) > score(loop) ? best : loop),
    undefined,
  );
}
