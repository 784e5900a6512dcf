/** A file tree that commands must not modify, with links and all kinds of folders around the current folder. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files by path from the root of the tree; the current folder is six levels below. */
const files: Readonly<Record<string, string>> = {
  "a/b/c/d/e/here/thesis.txt": "years of work",
  "a/b/c/d/e/here/photo.png": "a photo",
  "a/b/c/d/e/here/photo.svg": "a drawing",
  "a/b/c/d/e/here/file.txt": "a file",
  "a/b/c/d/e/here/precious/letter.txt": "a letter",
  "a/b/c/d/e/here/precious/photo.png": "a photo",
  "a/b/c/d/e/here/precious/photo.svg": "a drawing",
  "a/b/c/d/e/here/m.model/model.json": '{"format":"metamodal-model","alone":["v"]}',
  "a/b/c/d/e/here/m.model/model.safetensors": "weights",
  "a/b/c/d/e/here/m.model/alone/v/model.json": "{}",
  "a/b/c/d/e/here/mixed/model.json": '{"format":"metamodal-model","alone":[]}',
  "a/b/c/d/e/here/mixed/notes.txt": "notes",
  "a/b/c/d/e/here/mixed/photo.png": "a photo",
  "a/b/c/d/e/here/mixed/photo.svg": "a drawing",
  "a/b/c/d/e/here/mixed.run/events.jsonl": '{"type":"model"}\n',
  "a/b/c/d/e/here/mixed.run/notes.txt": "notes",
  "a/b/c/d/e/here/other/model.json": '{"format":"of another program"}',
  "a/b/c/d/e/here/other/photo.png": "a photo",
  "a/b/c/d/e/here/other/photo.svg": "a drawing",
  "a/b/c/d/e/photo.png": "a photo",
  "a/b/c/d/e/photo.svg": "a drawing",
  "a/b/c/d/e/outside/letter.txt": "a letter",
  "a/b/c/d/e/outside/photo.png": "a photo",
  "a/b/c/d/e/outside/photo.svg": "a drawing",
  "a/b/c/d/e/outside/deep/letter.txt": "a letter",
  "a/b/c/d/e/outside/deep/photo.png": "a photo",
  "a/b/c/d/e/outside/deep/photo.svg": "a drawing",
  "a/b/c/d/e/outside/precious/letter.txt": "a letter",
  "a/b/c/d/e/outside/precious/photo.png": "a photo",
  "a/b/c/d/e/outside/precious/photo.svg": "a drawing",
};

const links: Readonly<Record<string, string>> = {
  "a/b/c/d/e/here/link": "../outside/deep",
  "a/b/c/d/e/here/to-here": ".",
  "a/b/c/d/e/here/to-model": "m.model",
  "a/b/c/d/e/here/dangling": "nowhere",
  "a/b/c/d/e/here/loop": "loop",
};

/** Path segments to combine into spellings. */
export const parts = [
  "..",
  ".",
  "",
  "new",
  "here",
  "outside",
  ...["precious", "m.model", "mixed", "other", "link", "to-here", "to-model", "dangling", "loop", "file.txt"],
];

/** Spellings of paths that must not be written to, and of their parents. */
export const forbidden = [
  ".",
  "..",
  "",
  "new/..",
  "new/../precious",
  "./precious//",
  "link/../precious",
  "link",
  "to-here",
  "mixed",
  "other",
  "file.txt",
  "file.txt/x",
  "file.txt/..",
  "dangling",
  "loop/x",
  "~HERE~",
  "~HERE~/precious/.",
  `${"n".repeat(300)}`,
];

/** Create the tree. Returns its root and the current folder. */
export function preciousTree(): { top: string; here: string } {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "metamodal-precious-")));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), contents);
  }
  for (const [path, to] of Object.entries(links)) symlinkSync(to, join(top, path));
  return { top, here: join(top, "a/b/c/d/e/here") };
}

/** A snapshot of a folder: contents of files and targets of links, without following links. */
export function snapshot(top: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (inner: string) => {
    for (const entry of readdirSync(join(top, inner), { withFileTypes: true })) {
      const name = join(inner, entry.name);
      if (entry.isDirectory()) {
        found[name] = "folder";
        visit(name);
      } else
        found[name] = entry.isSymbolicLink()
          ? `link to ${readlinkSync(join(top, name))}`
          : `file of ${readFileSync(join(top, name), "latin1")}`;
    }
  };
  visit("");
  return found;
}
