/** Threads in a page. */

/** Largest number of threads in a page: each has a copy of what it computes with. */
const MAX_THREADS = 4;

let isAlone = false;

/**
 * The number of threads that a page computes on: several if it is cross-origin isolated, so that they share memory, and their
 * scripts can be loaded.
 */
export const availableParallelism = (): number =>
  globalThis.crossOriginIsolated && import.meta.url && !isAlone
    ? Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency))
    : 1;

/** Compute on one thread from now on, since others cannot be started, and say why on the console once. */
export function useOneThread(reason: string): void {
  if (!isAlone) console.warn(`metamodal computes on one thread, since no other can be started (${reason})`);
  isAlone = true;
}
