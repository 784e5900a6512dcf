/** The process of one job. Its parent tells it the job, and it ends when it has answered or its parent is gone. */

import { InputError } from "../base/errors.js";
import type { Job, Message } from "./process.js";
import { survey } from "./survey.js";
import { trial } from "./trial.js";

const tell = (message: Message) => new Promise((sent) => process.send!(message, sent));

async function answer(job: Job): Promise<Message> {
  try {
    const result =
      job.kind === "survey"
        ? await survey(job.options)
        : await trial(job.options, (doing) => void tell({ doing }));
    return { result };
  } catch (error) {
    if (error instanceof InputError) return { refusal: error.parts };
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

// Ctrl-C reaches every process of a terminal, and this one is for its parent to end.
process.on("SIGINT", () => {});
// By a signal: to exit tears threads down, which ONNX Runtime takes badly.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.once("message", async (job: Job) => {
  await tell(await answer(job));
  process.disconnect();
});
