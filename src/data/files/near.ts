/** Finds the file that a path which names none may mean: the same name in another Unicode form, case or folder. */

import { normalName } from "../names.js";
import type { Tree } from "./tree.js";

type Lists = Pick<Tree, "list">;

/** The path of the one file whose name is the same but for its Unicode form and spaces at its ends. */
export const mendedPath = (tree: Lists, path: string): string | undefined => walk(tree, path, normalName);

/** The path of a file that was probably meant, for an error: in other case, or without the folders it begins with. */
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

/** The path whose every part equals the asked one's by `key`, where there is just one. */
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
