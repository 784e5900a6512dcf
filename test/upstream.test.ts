/** The programs of docs/upstream.md print what the page says, with the installed version of jax-js. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/upstream.md"), "utf8");
const [, prelude] = /```js\n([\s\S]*?)```/.exec(page)!;
const reports = [
  ...page.matchAll(/## ([^\n]*)\n\n```js\n([\s\S]*?)```\n[\s\S]*?```text\n([\s\S]*?)```/g),
].map(([, title, program, printed]) => ({ title, program, printed }));
/** The placeholder that the engine defines, too; the report about it is run without. */
const placeholder = "globalThis.Float16Array ??= class {};\n";

it("has four reports", () => expect(reports).toHaveLength(4));

it.each(reports)("$title", ({ title, program, printed }) => {
  const isAboutFloat16 = title.includes("Float16Array");
  if (isAboutFloat16 && "Float16Array" in globalThis) return;
  // The import is dynamic, so that the placeholder is there before.
  const imported = prelude.replace(/import \{(.*)\} from (.*);/, (_line, names: string, from: string) => {
    const renamed = names.replace(" as ", ": ");
    return `const {${renamed}} = await import(${from});`;
  });
  const script = `${isAboutFloat16 ? "" : placeholder}${imported}${program}`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(out).toBe(printed);
});
