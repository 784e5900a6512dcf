/** Starts the worker's script, which lies beside this one. */

export const startWorker = (): Worker =>
  new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
