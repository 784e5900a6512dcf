#!/usr/bin/env node
/** The program `metamodal`: what the operating system gives it, words and signals, and takes from it, an exit status. */

import { tolerateClosedPipes } from "./output.js";
import { run } from "./run.js";

/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return die();
    controller.abort();
    process.stderr.write("\nstopping as soon as nothing is lost; once more to stop at once\n");
  };
  // By the signal itself (a shell says 130): `process.exit` tears threads down, which ONNX Runtime takes badly.
  const die = () => {
    process.off("SIGINT", stop);
    process.kill(process.pid, "SIGINT");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

tolerateClosedPipes();
process.exitCode = await run(process.argv.slice(2), interruption);
