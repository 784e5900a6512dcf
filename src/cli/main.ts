#!/usr/bin/env node
/** Entry point of the program `metamodal`: arguments and signals in, exit status out. */

import { tolerateClosedPipes } from "./output.js";
import { run } from "./run.js";

/** A signal that the first Ctrl-C or SIGTERM aborts; the second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return die();
    controller.abort();
    process.stderr.write("\nstopping; a second signal stops at once\n");
  };
  // End by the signal itself (shells report 130): `process.exit` ends threads while ONNX Runtime runs in them, and crashes.
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
