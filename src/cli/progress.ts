/** Progress on stderr: on a terminal one line that changes, elsewhere a plain line now and then. */

import type { Notice } from "../index.js";
import { withFlags } from "./flag-words.js";
import { visibleLine } from "./visible.js";

/** Milliseconds between lines that are written, and between changes of the line on a terminal. */
const PLAIN_PAUSE = 5000;
const TERMINAL_PAUSE = 100;

/** Characters of a bar. */
const BAR = 10;

const CLEAR = "\r\x1b[K";

/** Print what reading data decided, one line a notice, before any work. */
export function printNotices(notices: readonly Notice[], progress = new Progress()): void {
  for (const { where, text } of notices) progress.note(`note: ${where}: ${withFlags(text)}`);
}

export type ProgressStream = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #last: number;

  constructor(stream: ProgressStream = process.stderr, now = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#last = stream.isTTY ? -Infinity : now();
  }

  /** Say how far it is; most calls write nothing. */
  update(text: () => string): void {
    const now = this.#now();
    if (now - this.#last < (this.#stream.isTTY ? TERMINAL_PAUSE : PLAIN_PAUSE)) return;
    this.#last = now;
    const shown = visibleLine(text());
    this.#stream.write(this.#stream.isTTY ? `${CLEAR}${this.#fitted(shown)}` : `${shown}\n`);
  }

  /** Write a line that stays. */
  note(text: string): void {
    const shown = visibleLine(text);
    this.#stream.write(this.#stream.isTTY ? `${CLEAR}${shown}\n` : `${shown}\n`);
  }

  /** Take the changing line away. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR);
  }

  /** A bar for a share between 0 and 1; nothing where lines stay. */
  bar(share: number): string {
    const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
    return this.#stream.isTTY ? `${"━".repeat(full)}${"─".repeat(BAR - full)}  ` : "";
  }

  #fitted(text: string): string {
    return text.slice(0, (this.#stream.columns ?? 80) - 1);
  }
}
