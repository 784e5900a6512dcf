/** What threads that run programs need to know of their machine, in a page. */

let programs = 0;

/** A key that no other program has: hashing one here takes longer than opening it again. */
export const keyOf = (_parts: Iterable<string | ArrayBufferView>): string => `${++programs}`;

/** Bytes that the memories of one program on all threads may take together: a page cannot ask for that of the machine. */
export const memoryBudget = (): number => 2 ** 30;

/** Call `action` after some milliseconds; returns what prevents it. */
export function later(action: () => void, milliseconds: number): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}
