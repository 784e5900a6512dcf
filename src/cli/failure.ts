/** Maps errors to one line on stderr and an exit status. */

import { InputError, RunError } from "../base/errors.js";
import { withFlags } from "./flag-words.js";

/** A command was stopped by Ctrl-C; the message says what is kept and how to continue. */
export class Interrupted extends Error {}

const REPORT = "This is a bug in metamodal: please report the command and what DEBUG=metamodal prints.";

/** The message to print and the exit status: 2 for bad usage or input, 130 for an interruption, 1 otherwise. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof Interrupted) return { message: error.message, exitCode: 130 };
  if ((error as Error)?.name === "AbortError") return { message: "stopped", exitCode: 130 };
  if (error instanceof InputError)
    return { message: `error: ${withFlags(oneLine(error.message))}`, exitCode: 2 };
  const text = oneLine(error instanceof Error ? error.message : String(error));
  const isBug = !(error instanceof RunError || isSystemError(error)) || text.startsWith("internal:");
  if (!isBug) return { message: `error: ${withRemedy(text, error)}`, exitCode: 1 };
  return { message: `internal: ${text.replace(/^internal: /, "")}. ${REPORT}`, exitCode: 1 };
}

/** Whether the operating system reported the error: a full disk, a missing permission. */
export const isSystemError = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && "code" in error;

/** What to do about frequent errors of the operating system, by their codes. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: "Check the permissions of the path",
  EISDIR: "Give a file, not a folder",
  ELOOP: "Give a path without links that lead to themselves",
  ENAMETOOLONG: "Choose a shorter name",
  ENOENT: "Check the path, and whether files can be written there",
  ENOSPC:
    "Free space on the disk of the output, or choose another output; nothing that was there has changed",
  ENOTDIR: "Check the path: a part of it, or what ends in a slash, is a file",
  EROFS: "Choose an output on a disk that can be written",
};

function withRemedy(text: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return Object.hasOwn(remedies, code) ? `${text}. ${remedies[code]}.` : text;
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ").trim();
