/** The house's layers: imports run downward only, and only the engine knows what it is made of. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** From the bottom up. Folders of one row may import one another. */
const rows = [
  ["base"],
  ["engine"],
  ["picture"],
  ["modality"],
  ["data"],
  ["episode"],
  ["nn"],
  ["optim"],
  ["encoder"],
  ["fusion"],
  ["alignment"],
  ["auxiliary"],
  ["objective", "learner"],
  ["model"],
  ["evaluate"],
  ["train"],
  ["continual"],
  ["compare"],
  ["cli"],
];
const heightOf = new Map(
  rows.flatMap((folders, height) => folders.map((folder) => [folder, height] as const)),
);

/** The loose files of `src`, which are above all layers but the command line, which imports them. */
const loose = ["index.ts", "methods.ts"];
const FACE = rows.length - 1.5;

/** Packages that only the engine may import. */
const engineOnly = /^(onnxruntime-|@jax-js\/|protobufjs)/;

const files = (readdirSync("src", { recursive: true }) as string[])
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(m?[jt]s|tsx)$/.test(file) && !file.endsWith(".test.ts"));

/** Everything a file imports, statically or not. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join("src", file), "utf8").matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(
    ([, to]) => to,
  );

const layerOf = (file: string) => (file.includes("/") ? file.split("/")[0] : undefined);
const height = (file: string) => {
  const layer = layerOf(file);
  return layer === undefined ? FACE : heightOf.get(layer);
};

it("knows every folder and every loose file of src", () => {
  const entries = readdirSync("src", { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.filter((name) => !heightOf.has(name))).toEqual([]);
  expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(loose);
});

it("imports downward or within a row only", () => {
  const upward = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => to.startsWith("."))
      .map((to) => join(file, "..", to).replaceAll("\\", "/"))
      .filter((to) => !(height(to)! <= height(file)!))
      .map((to) => `${file} imports ${to}`),
  );
  expect(upward).toEqual([]);
});

it("keeps the engine's packages in the engine", () => {
  const leaks = files
    .filter((file) => layerOf(file) !== "engine")
    .flatMap((file) =>
      importsOf(file)
        .filter((to) => engineOnly.test(to))
        .map((to) => `${file} imports ${to}`),
    );
  expect(leaks).toEqual([]);
});

it("sees the imports it judges", () => {
  const all = files.flatMap(importsOf);
  expect(all.filter((to) => engineOnly.test(to)).length).toBeGreaterThan(0);
  expect(importsOf("cli/commands/train.ts")).toContain("../../index.js");
});

it("loads no package but picocolors before a command runs, so that help comes at once", () => {
  const packages = new Map<string, string>();
  const seen = new Set(["cli/main.ts"]);
  for (const file of seen) {
    const source = readFileSync(join("src", file), "utf8");
    // Imports that are erased or that a command awaits are left out.
    for (const [, to] of source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)";/gm)) {
      if (to.startsWith(".")) seen.add(join(file, "..", to).replaceAll("\\", "/").replace(/\.js$/, ".ts"));
      else if (!to.startsWith("node:")) packages.set(to, file);
    }
  }
  expect([...packages.keys()]).toEqual(["picocolors"]);
});
