/**
 * How the episodes of a step are run: each as a program of its own, side by side on the threads; several as one program
 * that maps over them; or the only one alone, with all threads to itself.
 *
 * One program an episode keeps memory flat and every thread busy, and is the faster where an episode is work. Where
 * it is little, calling a program costs more than the program. The choice follows from shapes alone, never from
 * timing or threads, so that a run and its resumption do the same.
 */

import { sizeOf } from "../base/array.js";
import type { ModalitySpec } from "../modality/index.js";

export interface Plan {
  readonly kind: "task-parallel" | "vmap" | "alone";
  /** Episodes a program. */
  readonly chunk: number;
}

/** Multiplications of an episode from which on it has a program of its own. Measured on MAML and ridge heads. */
const OWN_PROGRAM_FROM = 2 ** 24;

/** The most multiplications of a program that maps: enough to be worth a call, few enough for its arrays to stay near. */
const MAPPED_UP_TO = 2 ** 26;

/**
 * The plan for steps of `metaBatch` episodes of `examples`, support and query together, whose arrays are of `specs`.
 * An episode's work is counted as if each parameter met each position (pixel, point) of each example once.
 */
export function planFor(
  parameters: number,
  specs: readonly ModalitySpec[],
  examples: number,
  metaBatch: number,
): Plan {
  const positions = Math.max(...specs.map(({ shape }) => sizeOf(shape.slice(1))));
  if (metaBatch === 1) return { kind: "alone", chunk: 1 };
  const work = parameters * positions * examples;
  const divisors = Array.from({ length: metaBatch }, (_, i) => i + 1).filter((d) => metaBatch % d === 0);
  const chunk = Math.max(...divisors.filter((d) => d === 1 || d * work <= MAPPED_UP_TO));
  return work < OWN_PROGRAM_FROM ? { kind: "vmap", chunk } : { kind: "task-parallel", chunk: 1 };
}
