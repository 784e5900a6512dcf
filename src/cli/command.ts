/** A command. Commands load the library only when they run, so that help and usage errors come at once. */

import type { Options, ValuesOf } from "./option.js";

/** One call of a command. */
export interface Invocation<Values = Readonly<Record<string, unknown>>> {
  /** The command's arguments in order; then, if it `takesMore`, the rest. */
  readonly args: readonly string[];
  /** Parsed options by name. */
  readonly values: Values;
  /** All words after the program's name, as typed. */
  readonly argv: readonly string[];
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command whose options are known by type to its `run`. */
export interface CommandWith<Declared extends Options> {
  /** The words that call it: `train`, `data inspect`. */
  readonly name: string;
  /** Names of its arguments, all required. */
  readonly args: readonly string[];
  /** Whether further arguments may follow: by name, or as values of an option that takes several. */
  readonly takesMore?: true | string;
  /** One line. */
  readonly summary: string;
  /** Complete command lines for its help. */
  readonly examples: readonly string[];
  readonly options: Declared;
  /** Whether a signal is how it ends, with exit status 0. */
  readonly endsBySignal?: true;
  run(invocation: Invocation<ValuesOf<Declared>>): Promise<void>;
}

/** Any command; its `run` takes what was parsed by its options. */
export interface Command extends Omit<CommandWith<Options>, "run"> {
  run(invocation: Invocation): Promise<void>;
}
