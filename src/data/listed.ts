/** Lists of names in messages. */

/** Number of names that a notice lists by default. */
const LISTED = 5;

/** The names, separated by commas; beyond `most`, the number of the others. */
export function someOf(names: readonly string[], most = LISTED): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

/** Column names in a message: at most ten, and the number of the others. */
export const listed = (names: readonly string[]): string => someOf(names, 10);

/** A column name in backquotes. */
export const quoted = (name: string): string => (name === "" ? "a column without a name" : `\`${name}\``);
