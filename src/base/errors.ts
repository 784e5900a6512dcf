/**
 * The errors a user meets. Every message names where, what was found, what was expected and what to do;
 * every error has a stable `code`. Anything that is our own bug starts with `internal:`.
 */

/** The parts of a message about bad input; joined into one line by {@link InputError}. */
export interface InputErrorParts {
  /** Stable, kebab-case, grouped by a slash: `data/bad-stroke`. */
  code: string;
  /** File with line, flag or field: `metadata.jsonl:12, field "strokes"`. */
  where: string;
  /** What was found there. */
  problem: string;
  /** What would have been right. */
  expected: string;
  /** What the user can do about it. */
  remedy: string;
}

/**
 * Bad usage or bad input, with a stable `code`: the command line prints `message` and exits with status 2.
 *
 * @example
 * try {
 *   await openDataset("nowhere");
 * } catch (error) {
 *   if (!(error instanceof InputError)) throw error;
 *   console.error(error.code, error.message); // data/no-folder nowhere: there is no such folder; …
 * }
 */
export class InputError extends Error {
  readonly code: string;
  readonly where: string;
  readonly problem: string;
  readonly exitCode = 2;

  constructor(
    readonly parts: InputErrorParts,
    options?: ErrorOptions,
  ) {
    const { code, where, problem, expected, remedy } = parts;
    super(`${where}: ${problem}; expected ${expected}. ${remedy}`, options);
    this.name = "InputError";
    this.code = code;
    this.where = where;
    this.problem = problem;
  }
}

/**
 * A failure that is not due to the input, such as a worker thread that died: exit status 1.
 *
 * @example
 * try {
 *   await metaTrain({ data, width: 8, train: { steps: 2 } }).model();
 * } catch (error) {
 *   if (error instanceof RunError) console.error(error.code); // engine/thread-died
 *   else throw error;
 * }
 */
export class RunError extends Error {
  readonly code: string;
  readonly exitCode = 1;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RunError";
    this.code = code;
  }
}

/** Throw for a state that only a bug in metamodal can reach. */
export function internal(message: string): never {
  throw new RunError("internal", `internal: ${message}`);
}

/** Assert a condition that only a bug in metamodal can break. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) internal(message);
}
