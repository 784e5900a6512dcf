/** Errors as a user meets them: one line on stderr and an exit status. */

import { InputError, RunError } from "../base/errors.js";
import { withFlags } from "./flag-words.js";

/** Stopped by Ctrl-C, with what the user should know about it. */
export class Interrupted extends Error {}

const REPORT = "This is a bug in metamodal: please report the command and what DEBUG=metamodal prints.";

/** What to print and the status to exit with: 2 bad usage or input, 130 interrupted, 1 anything else. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof Interrupted) return { message: error.message, exitCode: 130 };
  if ((error as Error)?.name === "AbortError") return { message: "stopped", exitCode: 130 };
  if (error instanceof InputError)
    return { message: `error: ${withFlags(oneLine(error.message))}`, exitCode: 2 };
  const text = oneLine(error instanceof Error ? error.message : String(error));
  const isBug = !(error instanceof RunError || isSystemError(error)) || text.startsWith("internal:");
  if (!isBug) return { message: `error: ${text}`, exitCode: 1 };
  return { message: `internal: ${text.replace(/^internal: /, "")}. ${REPORT}`, exitCode: 1 };
}

/** The operating system said no: a full disk, a missing permission. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && "code" in error;

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ").trim();
