/** Prints results to stdout. A closed pipe is no error. */

import picocolors from "picocolors";
import { visible, visibleJson } from "./visible.js";

/**
 * Let a command finish if its output cannot be written, since the files it writes matter more. After a closed pipe, output is
 * dropped; after any other error, such as a full disk, the exit status is 1.
 */
export function tolerateClosedPipes(): void {
  let failed = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || failed) return;
      failed = true;
      process.once("exit", () => {
        process.exitCode ||= 1;
      });
      if (stream === process.stdout)
        process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    });
}

/** Colour functions: colours if `stream` is a terminal, else plain text. */
export const colours = (stream: NodeJS.WriteStream) =>
  picocolors.createColors(Boolean(stream.isTTY) && !process.env.NO_COLOR);

/** Print a result with control characters escaped; `paint` may then add colours. */
export const print = (text: string, paint = (shown: string) => shown): void => {
  const shown = paint(visible(text));
  process.stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`);
};

/** Print a result as one line of JSON. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${visibleJson(value)}\n`);
};
