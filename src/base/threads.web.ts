/** Threads in a page. */

/** The number of threads that a page may use at once; 1 if it is not cross-origin isolated and has no shared memory. */
export const availableParallelism = (): number =>
  globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
