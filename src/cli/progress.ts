/** Progress on stderr: one changing line on a terminal, else a line every few seconds. */

import type { Notice } from "../index.js";
import { withFlags } from "./flag-words.js";
import { visibleLine } from "./visible.js";

/** Least milliseconds between plain lines, and between changes of the line on a terminal. */
const PLAIN_PAUSE = 5000;
const TERMINAL_PAUSE = 100;

/** Width of a progress bar in characters. */
const BAR = 10;

const CLEAR = "\r\x1b[K";

/** Print notices on how data were read, one line each. */
export function printNotices(notices: readonly Notice[], progress = new Progress()): void {
  for (const { where, text } of notices) progress.note(`note: ${where}: ${withFlags(text)}`);
}

type ProgressStream = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #last: number;

  constructor(stream: ProgressStream = process.stderr, now = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#last = stream.isTTY ? -Infinity : now();
  }

  /** Show progress; calls that follow within the pause write nothing. */
  update(text: () => string): void {
    const now = this.#now();
    if (now - this.#last < (this.#stream.isTTY ? TERMINAL_PAUSE : PLAIN_PAUSE)) return;
    this.#last = now;
    const shown = visibleLine(text());
    this.#stream.write(this.#stream.isTTY ? `${CLEAR}${this.#fitted(shown)}` : `${shown}\n`);
  }

  /** Write a permanent line. */
  note(text: string): void {
    const shown = visibleLine(text);
    this.#stream.write(this.#stream.isTTY ? `${CLEAR}${shown}\n` : `${shown}\n`);
  }

  /** Clear the changing line. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR);
  }

  /** Show how many of `total` items are done: `embedding  ━━━━━━────  64/100 values`. */
  count(what: string, done: number, total: number, unit: string): void {
    this.update(() => `${what}  ${this.bar(done / total)}${done}/${total} ${unit}`);
  }

  /** A progress bar for a share between 0 and 1; empty if stderr is no terminal. */
  bar(share: number): string {
    const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
    return this.#stream.isTTY ? `${"━".repeat(full)}${"─".repeat(BAR - full)}  ` : "";
  }

  #fitted(text: string): string {
    return text.slice(0, (this.#stream.columns ?? 80) - 1);
  }
}
