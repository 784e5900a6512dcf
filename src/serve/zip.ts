/** Zip archives of replies. */

import { zipSync } from "fflate";

/** An archive of files by name; texts are UTF-8. */
export function zipped(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const members = Object.entries(files).map(([name, contents]) => [
    name,
    typeof contents === "string" ? new TextEncoder().encode(contents) : contents,
  ]);
  return zipSync(Object.fromEntries(members), { level: 1 });
}
