/** A worker thread that dies of its first run. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", ({ type }) => {
  if (type === "run") throw new Error("out of luck");
  parentPort?.postMessage({});
});
