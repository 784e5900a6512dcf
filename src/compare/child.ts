/** The process of a job. Its parent sends the job; the process ends when it has sent the result or its parent is gone. */

import { InputError } from "../base/errors.js";
import type { Job, Message } from "./process.js";
import { survey } from "./survey.js";
import { trial } from "./trial.js";

const send = (message: Message) => new Promise((sent) => process.send!(message, sent));

async function run(job: Job): Promise<Message> {
  try {
    const result =
      job.kind === "survey"
        ? await survey(job.options)
        : await trial(job.options, (doing) => void send({ doing }));
    return { result };
  } catch (error) {
    if (error instanceof InputError) return { refusal: error.parts };
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

// Ctrl-C reaches every process of a terminal; the parent ends this one.
process.on("SIGINT", () => {});
// By a signal, since a regular exit terminates threads while ONNX Runtime still uses them.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.once("message", async (job: Job) => {
  await send(await run(job));
  process.disconnect();
});
