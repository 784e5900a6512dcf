/** An archive as a tree of files. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isLitterPath } from "./litter.js";
import type { Archive, Member } from "./member.js";
import { openShard } from "./tar.js";
import type { Entry, Tree, TreeFile } from "./tree.js";
import { openZip } from "./zip.js";

/** Open the archive at `path`, without files that operating systems leave; `where` is its name in errors. */
export async function openArchive(path: string, where: string): Promise<Archive> {
  const all = /\.(?:zip|tm)$/i.test(path) ? openZip(path, where) : await openShard(path, where);
  return new Map([...all].filter(([name]) => !isLitterPath(name)));
}

/** The tree of the members of an archive. */
export function archiveTree(members: Archive): Tree {
  const folders = foldersOf(members.keys());
  let temporary: string | undefined;
  const fileOf = (path: string, member: Member): TreeFile => ({
    read: member.read,
    head: async (bytes) => (await member.read()).subarray(0, bytes),
    onDisk: () => {
      temporary ??= mkdtempSync(join(tmpdir(), "metamodal-"));
      const at = join(temporary, path);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, member.readNow());
      return at;
    },
  });
  return {
    isPacked: true,
    list: (folder) => folders.get(folder) ?? [],
    at: (path) => {
      const plain = path.replace(/\/$/, "");
      const member = members.get(plain);
      if (member) return fileOf(plain, member);
      return plain === "" || folders.has(`${plain}/`) ? "folder" : undefined;
    },
    close: () => {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
      temporary = undefined;
    },
  };
}

/** The entries of each folder, by its path with a slash at the end; the root is "". */
function foldersOf(names: Iterable<string>): Map<string, Entry[]> {
  const folders = new Map<string, Map<string, Entry>>([["", new Map()]]);
  const add = (path: string, isFolder: boolean) => {
    const slash = path.lastIndexOf("/");
    const [parent, name] = [path.slice(0, slash + 1), path.slice(slash + 1)];
    if (!folders.has(parent)) {
      folders.set(parent, new Map());
      add(parent.slice(0, -1), true);
    }
    folders.get(parent)?.set(name, { name, isFolder });
  };
  for (const name of names) add(name, false);
  return new Map(
    [...folders].map(([path, entries]) => [
      path,
      [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    ]),
  );
}
