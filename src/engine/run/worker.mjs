/** Entry of a worker thread that runs compiled programs, so that the main thread stays free. */

import { serve } from "./serve.mjs";
import { load, release, run } from "./worker-programs.mjs";

/** @type {import("./messages.js").ProgramHandlers} */
const handlers = { load, run, release };
serve(handlers);
