/** Results go to stdout, everything else to stderr. A reader that stops reading is no error. */

import picocolors from "picocolors";
import { visible, visibleJson } from "./visible.js";

/**
 * After a closed pipe, what is written is dropped, and the command goes on: its files matter more. After any other error,
 * a full disk, it goes on likewise, and then fails.
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

/** Colours where `stream` is a terminal, plain text elsewhere. */
export const colours = (stream: NodeJS.WriteStream) =>
  picocolors.createColors(Boolean(stream.isTTY) && !process.env.NO_COLOR);

/** Print a result. Characters that a terminal would obey are escaped, and then `paint` may add colours. */
export const print = (text: string, paint = (shown: string) => shown): void => {
  const shown = paint(visible(text));
  process.stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`);
};

/** Print a result as one line of JSON. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${visibleJson(value)}\n`);
};
