/**
 * In which order a kernel's loops run, and which of them is done four entries at a time.
 *
 * Loops that nothing tells apart become one. The loops that results keep run outside, those they are reduced along
 * inside. One loop of at least four turns is the vector; short loops inside it are written out.
 */

import type { Access, Kernel } from "./kernel.js";

export interface Loop {
  readonly size: number;
  readonly reduced: boolean;
  /** Entries moved by a turn, for each array: leaves first, then results. */
  readonly strides: readonly number[];
}

export interface Nest {
  /** Loops from the outermost to the innermost. */
  readonly loops: readonly Loop[];
  /** Position of the loop done four at a time; -1 where none is. */
  readonly vector: number;
  /** How many loops, from the outside, results keep. */
  readonly kept: number;
  /** Loops inside all of those, written out. */
  readonly unrolled: readonly Loop[];
}

/** Entries a vector has. */
export const LANES = 4;
/** The longest loop that is written out, and the most copies of the body. */
const SHORT = 3;
const MOST_COPIES = 9;

export function arrange(kernel: Kernel): Nest {
  const arrays: readonly Access[] = [...kernel.leaves, ...kernel.results];
  const all = kernel.loops.map(
    (size, loop): Loop => ({
      size,
      reduced: kernel.reduced[loop],
      strides: arrays.map(({ strides }) => strides[loop]),
    }),
  );
  const loops = merged([...all.filter((loop) => !loop.reduced), ...all.filter((loop) => loop.reduced)]);
  const vector = bestVector(loops);
  const reduces = loops.some((loop) => loop.reduced);
  const unrolled: Loop[] = [];
  if (vector) {
    let copies = 1;
    for (const loop of loops) {
      const inside = reduces ? loop.reduced : loop.strides.some((stride) => stride === 1);
      if (loop === vector || loop.size > SHORT || !inside || copies * loop.size > MOST_COPIES) continue;
      copies *= loop.size;
      unrolled.push(loop);
    }
  }
  const rest = loops.filter((loop) => loop !== vector && !unrolled.includes(loop));
  const of = (reduced: boolean) => [
    ...rest.filter((loop) => loop.reduced === reduced),
    ...(vector?.reduced === reduced ? [vector] : []),
  ];
  const nest = [...of(false), ...of(true)];
  return { loops: nest, vector: vector ? nest.indexOf(vector) : -1, kept: of(false).length, unrolled };
}

/** Neighbouring loops through which every array moves as through one. */
function merged(loops: readonly Loop[]): Loop[] {
  const out: Loop[] = [];
  for (const loop of loops) {
    if (loop.size === 1) continue;
    const outer = out.at(-1);
    const one =
      outer?.reduced === loop.reduced && loop.strides.every((s, i) => outer.strides[i] === s * loop.size);
    if (one) out[out.length - 1] = { ...loop, size: outer.size * loop.size };
    else out.push(loop);
  }
  return out;
}

/** The loop along which most arrays are read and written entry after entry. */
function bestVector(loops: readonly Loop[]): Loop | undefined {
  const score = ({ strides }: Loop) =>
    strides.reduce((sum, stride) => sum + (stride === 1 ? 4 : stride === 2 ? 3 : stride === 0 ? 1 : 0), 0);
  const long = loops.filter((loop) => loop.size >= LANES);
  return long.reduce<Loop | undefined>(
    (best, loop) => (best && score(best) > score(loop) ? best : loop),
    undefined,
  );
}
