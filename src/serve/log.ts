/** The server's log: a line of JSON per request, without what examples contain. */

import { type Logger, pino } from "pino";

/** A log of lines at `level` and above. */
export const logTo = (stream: NodeJS.WritableStream, level: string): Logger =>
  pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, stream);
