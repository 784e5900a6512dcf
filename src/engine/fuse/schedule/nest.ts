/**
 * In which order a kernel's loops run, which of them is done four entries at a time, and which are written out.
 *
 * Loops that nothing tells apart become one. The loops that results keep run outside, those they are reduced along
 * inside; but where that would go through large arrays several times, only the innermost of those runs inside, and the
 * results are added to in memory. Loops of folds and other short ones are written out in the innermost body.
 */

import type { Access, Kernel, LoopUse } from "./kernel.js";

export interface Loop {
  readonly size: number;
  readonly use: LoopUse;
  /** Entries moved by a turn, for each array: leaves first, then results. */
  readonly strides: readonly number[];
}

export interface Nest {
  /** Loops from the outermost to the innermost. */
  readonly loops: readonly Loop[];
  /** Position of the loop that is done by vectors; -1 where none is. */
  readonly vector: number;
  /** How many loops are outside of those that results are reduced along in registers. */
  readonly outside: number;
  /** Whether some of those are loops that results are reduced along, in memory. */
  readonly resumes: boolean;
  /** Loops inside all of those, written out. */
  readonly unrolled: readonly Loop[];
}

/** Entries a vector has. */
export const LANES = 4;
/** The rows that a reduction in registers goes through where the rest is done in memory. */
const MOST_ROWS = 64;
const FEWEST_ROWS = 8;
/** The longest loop that is written out, and the most copies of the body. */
const SHORT = 3;
/** How many sums a reduction has at a time, the best first. */
const MOST_SUMS = [4, 5, 3, 2];
const MOST_COPIES = 9;

export function arrange(kernel: Kernel): Nest {
  const arrays: readonly Access[] = [...kernel.leaves, ...kernel.results];
  const all = kernel.loops.map(
    (size, loop): Loop => ({
      size,
      use: kernel.uses[loop],
      strides: arrays.map(({ strides }) => strides[loop]),
    }),
  );
  const of = (use: LoopUse, loops: readonly Loop[] = all) => loops.filter((loop) => loop.use === use);
  const loops = [...merged(of("kept")), ...merged(of("reduced"))];
  const vector = bestVector(loops);
  const unrolled = of("folded");
  const reduces = of("reduced", loops).length > 0;
  let copies = 1;
  for (const loop of loops) {
    const woven = vector !== undefined && loop.strides.includes(1);
    const wanted = loop.use === "reduced" ? vector : !reduces && (unrolled.length > 0 || woven);
    if (loop === vector || loop.size > SHORT || !wanted || copies * loop.size > MOST_COPIES) continue;
    copies *= loop.size;
    unrolled.push(loop);
  }
  const rest = loops.filter((loop) => loop !== vector && !unrolled.includes(loop));
  const kept = of("kept", rest);
  const reduced = of("reduced", rest);
  if (vector?.use === "reduced") reduced.push(vector);
  if (reduces && unrolled.length === 0) tile(kept, unrolled, kernel.leaves.length);
  const inside = vector?.use === "kept" ? [vector] : [];
  const resumable = inside.every(
    ({ size, strides }) =>
      size % LANES === 0 && kernel.results.every((_, i) => strides[kernel.leaves.length + i] === 1),
  );
  const resumed = inside.length > 0 && reduced.length > 0 && resumable ? allButRows(reduced) : [];
  const outside = [...kept, ...resumed, ...inside];
  const nest = [...outside, ...reduced];
  return {
    loops: nest,
    vector: vector ? nest.indexOf(vector) : -1,
    resumes: resumed.length > 0,
    outside: outside.length,
    unrolled,
  };
}

/** Write out some turns of the innermost kept loop, where they read the same: sums that do not wait for each other. */
function tile(kept: Loop[], unrolled: Loop[], leaves: number): void {
  const rows = kept.at(-1);
  const size = MOST_SUMS.find((most) => rows && rows.size % most === 0);
  if (!rows || size === undefined || !rows.strides.slice(0, leaves).includes(0)) return;
  kept.pop();
  unrolled.push({ ...rows, size });
  if (rows.size > size)
    kept.push({ ...rows, size: rows.size / size, strides: rows.strides.map((stride) => stride * size) });
}

/** Take all but some rows of the innermost loop away from `reduced`, so that these stay in the cache. */
function allButRows(reduced: Loop[]): Loop[] {
  const rows = reduced.pop()!;
  const outer = reduced.splice(0);
  const fits = (size: number) => rows.size % size === 0;
  const most = Array.from({ length: MOST_ROWS }, (_, i) => MOST_ROWS - i).find(fits)!;
  if (rows.size <= MOST_ROWS || most < FEWEST_ROWS) {
    reduced.push(rows);
    return outer;
  }
  reduced.push({ ...rows, size: most });
  return [
    ...outer,
    { ...rows, size: rows.size / most, strides: rows.strides.map((stride) => stride * most) },
  ];
}

/** Neighbouring loops through which every array moves as through one. */
function merged(loops: readonly Loop[]): Loop[] {
  const out: Loop[] = [];
  for (const loop of loops) {
    if (loop.size === 1) continue;
    const outer = out.at(-1);
    const one = outer !== undefined && loop.strides.every((s, i) => outer.strides[i] === s * loop.size);
    if (one) out[out.length - 1] = { ...loop, size: outer.size * loop.size };
    else out.push(loop);
  }
  return out;
}

/** The loop along which most entries are read and written one after another. */
function bestVector(loops: readonly Loop[]): Loop | undefined {
  const touched = (array: number) =>
    loops.reduce((n, { size, strides }) => (strides[array] === 0 ? n : n * size), 1);
  const worth = (stride: number) => (stride === 1 ? 4 : stride === 2 ? 3 : stride === 0 ? 2 : 0);
  const score = ({ strides }: Loop) =>
    strides.reduce((sum, stride, array) => sum + worth(stride) * touched(array), 0);
  const long = loops.filter((loop) => loop.size >= LANES);
  return long.reduce<Loop | undefined>(
    (best, loop) => (best && score(best) > score(loop) ? best : loop),
    undefined,
  );
}
