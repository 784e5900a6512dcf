/** Names of files in a page: parts of a URL. */

/** The path without its last part; `.` if it has one only. */
export function dirname(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end) || "/";
}
