/** What threads that run programs need to know of their machine. */

import { createHash } from "node:crypto";
import { totalmem } from "node:os";

/** A key of a program by its contents: equal ones are opened once. */
export function keyOf(parts: Iterable<string | NodeJS.ArrayBufferView>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Bytes that the memories of one program on all threads may take together: a third of the machine's. */
export function memoryBudget(): number {
  const constrained = process.constrainedMemory();
  return Math.min(totalmem(), constrained > 0 ? constrained : Number.POSITIVE_INFINITY) / 3;
}

/** Call `action` after some milliseconds, if the process still runs then; returns what prevents it. */
export function later(action: () => void, milliseconds: number): () => void {
  const timer = setTimeout(action, milliseconds).unref();
  return () => clearTimeout(timer);
}
