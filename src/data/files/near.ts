/** Finds the file that an incorrect path may mean: the same name in another Unicode form, case or folder. */

import { normalName } from "../names.js";
import type { Tree } from "./tree.js";

type Lists = Pick<Tree, "list">;

/** The path of the only file whose name differs only in its Unicode form and outer spaces. */
export const mendedPath = (tree: Lists, path: string): string | undefined => walk(tree, path, normalName);

/** The path of a file that was probably meant, for an error: in another case, or without leading folders. */
export function nearPath(tree: Lists, path: string): string | undefined {
  const parts = path.split("/");
  const sameLetters = (name: string) => normalName(name).toLowerCase();
  for (let skipped = 0; skipped < parts.length; skipped++) {
    const rest = parts.slice(skipped).join("/");
    const found = walk(tree, rest, sameLetters);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The only path every part of which has the same `key` as the given one. */
function walk(tree: Lists, path: string, key: (name: string) => string): string | undefined {
  const parts = path.split("/");
  let folder = "";
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    const alike = tree
      .list(folder)
      .filter(({ name, isFolder }) => isFolder !== isLast && key(name) === key(part));
    if (alike.length !== 1) return undefined;
    if (isLast) return folder + alike[0].name;
    folder += `${alike[0].name}/`;
  }
  return undefined;
}
