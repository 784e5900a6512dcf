/** A worker thread that dies of its first run. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", ({ handler }) => {
  if (handler === "run") throw new Error("out of luck");
  parentPort?.postMessage({ result: undefined });
});
