/** Names of files in a page: parts of a URL. */

/** The path without its last part; `.` if it has one only. */
export function dirname(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end) || "/";
}

/** The parts of a path, each below the one before. */
export const join = (...parts: readonly string[]): string =>
  parts.map((part) => part.replace(/\/+$/, "")).join("/");
