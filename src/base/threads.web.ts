/** Threads in a page. */

/** Largest number of threads in a page: each has a copy of what it computes with. */
const MAX_THREADS = 4;

/** The number of threads that a page computes on: several if it is cross-origin isolated, so that they share memory. */
export const availableParallelism = (): number =>
  globalThis.crossOriginIsolated && import.meta.url
    ? Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency))
    : 1;
