/** Threads in a page. */

/** The number of threads that a page computes on: its worker is one. */
export const availableParallelism = (): number => 1;
