/**
 * How the episodes of a step are run: one program per episode, in parallel on the threads (`task-parallel`); one program
 * that maps over several episodes (`vmap`); or a single episode with all threads (`alone`).
 *
 * One program per episode keeps memory flat and all threads busy, and is faster for large episodes. For small ones the
 * call costs more than the program. The choice depends on shapes only, not on timing or threads, so that a resumed run
 * makes the same one.
 */

import { sizeOf } from "../base/array.js";
import type { ModalitySpec } from "../modality/index.js";

export interface Plan {
  readonly kind: "task-parallel" | "vmap" | "alone";
  /** Episodes per program. */
  readonly chunk: number;
}

/** Multiplications per episode from which on it has its own program. Measured on MAML and ridge heads. */
const MIN_OWN_PROGRAM = 2 ** 24;

/** Most multiplications of a program that maps: enough to be worth a call, few enough for its arrays to stay in cache. */
const MAPPED_UP_TO = 2 ** 26;

/**
 * The plan for steps of `metaBatch` episodes of `examples`, support and query together, whose arrays are of `specs`.
 * The work of an episode is estimated as parameters × positions (pixels, points) × examples.
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
  return work < MIN_OWN_PROGRAM ? { kind: "vmap", chunk } : { kind: "task-parallel", chunk: 1 };
}
