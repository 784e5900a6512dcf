/** Documents name files that exist, and every method's file is on the page of equations. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../src/cli/commands/index.js";
import { parse } from "../src/cli/parse.js";
import { recipeOf } from "../src/cli/recipe.js";
import { withMethods } from "./support/methods-reference.js";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe.each([
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs/equations.md",
  "docs/performance.md",
  "docs/methods.md",
  "docs/base.md",
  "docs/data.md",
  "docs/deploy.md",
  "docs/pretrained.md",
  "docs/cross-modal.md",
  "docs/evaluation.md",
  "docs/export.md",
  "docs/files.md",
  "docs/fusing.md",
  "docs/serve.md",
  "docs/upstream.md",
  "docs/web.md",
])("%s", (file) => {
  it("names files that exist", () => {
    const named = [
      ...read(file).matchAll(/`((?:src|test|docs|examples|datasets|benchmarks)\/[\w./-]+)`/g),
    ].map(([, path]) => path);
    const linked = [...read(file).matchAll(/\]\(((?!http)[\w./-]+)\)/g)].map(([, path]) => path);
    const paths = [...named, ...linked];
    expect(paths.length).toBeGreaterThan(0);
    expect(
      paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, file, "..", path))),
    ).toEqual([]);
  });
});

it("lists every file of a method among the equations", () => {
  const page = read("docs/equations.md");
  const tables = ["learner", "fusion", "alignment", "auxiliary", "continual"];
  const files = tables.flatMap((folder) =>
    (readdirSync(join(root, "src", folder), { recursive: true }) as string[])
      .filter((file) => file.endsWith(".ts") && !/\.(test|table|full)\.ts$/.test(file))
      .map((file) => `src/${folder}/${file.replaceAll("\\", "/")}`),
  );
  const methodFiles = files.filter((file) =>
    /^export const \w+(: ContinualMethod = \{| = define[A-Z]\w+\(\{)/m.test(read(file)),
  );
  expect(methodFiles.length).toBeGreaterThan(45);
  expect(methodFiles.filter((file) => !page.includes(file))).toEqual([]);
});

it("has every method with its line on the page of methods", async () => {
  await expect(withMethods(read("docs/methods.md"))).toMatchFileSnapshot("../docs/methods.md");
});

const commandLines = [...read("docs/equations.md").matchAll(/`npx metamodal ([^`]*?--[^`]*)`/g)].map(
  ([, line]) => line,
);

it("shows every objective's command", () => {
  expect(commandLines.length).toBeGreaterThanOrEqual(11);
});

it.each(commandLines)("names a command that is understood: metamodal %s", async (line) => {
  const request = parse(line.split(" "), commands);
  if (request.kind !== "command" || !["train", "transfer"].includes(request.command.name))
    throw new Error(`no training: ${line}`);
  const { data } = await recipeOf(request.args[0], request.values);
  expect(existsSync(join(root, data))).toBe(true);
});
