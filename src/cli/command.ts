/** What a command is. Commands load the library only when they run, so that help and usage errors come at once. */

import type { CommandName, Values } from "./options.js";

/** A command as it was called. */
export interface Invocation {
  /** One for each of the command's arguments; then, where it takes more, the rest. */
  readonly args: readonly string[];
  readonly values: Values;
  /** Everything after the program's name, as typed. */
  readonly argv: readonly string[];
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: CommandName;
  /** Names of its arguments, all needed. */
  readonly args: readonly string[];
  /** True where further arguments may follow (the values of an option that takes several). */
  readonly takesMore?: true;
  /** One line. */
  readonly summary: string;
  /** Full command lines for its help. */
  readonly examples: readonly string[];
  run(invocation: Invocation): Promise<void>;
}
