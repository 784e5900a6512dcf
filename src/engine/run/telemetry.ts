/**
 * ONNX Runtime without its telemetry. From version 1.30 its Linux builds write a device id and a database below
 * `~/.cache/Microsoft` and send events to Microsoft, unless ORT_DISABLE_TELEMETRY is set in the environment of the
 * process when the library is loaded. A worker thread has a copy of `process.env` that native code does not see, so the
 * variable is set on the main thread before any thread that loads the library is started.
 */

import { isMainThread } from "node:worker_threads";

/**
 * Disable ONNX Runtime's telemetry, unless the user has set the variable. Call it before the library is loaded. Emits a
 * warning in a worker thread of the user's, from where the environment of the process cannot be set.
 */
export function disableTelemetry(): void {
  if (process.env.ORT_DISABLE_TELEMETRY !== undefined) return;
  process.env.ORT_DISABLE_TELEMETRY = "1";
  if (!isMainThread)
    process.emitWarning(
      "ONNX Runtime's telemetry cannot be turned off from a worker thread: set ORT_DISABLE_TELEMETRY=1 before it starts.",
    );
}
