/** Threads of this machine. */

export { availableParallelism } from "node:os";
