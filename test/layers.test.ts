/** The layers of src: imports run downward only, no file imports itself by way of others, and packages stay in their layer. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { circles } from "./support/circles.js";

/** The folders of src, from the bottom up. A folder imports itself and the folders before it. */
const layers = [
  "base",
  "engine",
  "picture",
  "modality",
  "data",
  "episode",
  "nn",
  "optim",
  "encoder",
  "fusion",
  "alignment",
  "auxiliary",
  "objective",
  "learner",
  "model",
  "evaluate",
  "train",
  "runs",
  "teach",
  "export",
  "continual",
  "compare",
  "web",
  "serve",
  "cli",
];

/** The files directly in src, above all folders but the command line, which imports them. */
const top = ["index.ts", "methods.ts", "web.ts"];
const PUBLIC = layers.length - 1.5;

/** Packages that only the engine imports. */
const engineOnly = /^(onnxruntime-|@jax-js\/|protobufjs)/;

const isTest = /\.(test|table|full|slow)\.ts$/;
const files = (readdirSync("src", { recursive: true }) as string[])
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(m?[jt]s|tsx)$/.test(file) && !isTest.test(file));

/** The modules that a file imports: statically, dynamically, or their types only. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join("src", file), "utf8").matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(
    ([, to]) => to,
  );

/** The files of src that a file imports. */
const filesOf = (file: string): string[] =>
  importsOf(file)
    .filter((to) => to.startsWith("."))
    .map((to) => join(file, "..", to).replaceAll("\\", "/").replace(/\.js$/, ".ts"));

const folderOf = (file: string) => (file.includes("/") ? file.split("/")[0] : undefined);
const heightOf = (file: string) => {
  const folder = folderOf(file);
  return folder === undefined ? PUBLIC : layers.indexOf(folder);
};

describe("the layers", () => {
  it("are the folders of src, beside the public API", () => {
    const entries = readdirSync("src", { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual([...layers].sort());
    expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(top);
  });

  it("import downward only", () => {
    const upward = files.flatMap((file) =>
      filesOf(file)
        .filter((to) => heightOf(to) > heightOf(file))
        .map((to) => `${file} imports ${to}`),
    );
    expect(upward).toEqual([]);
  });

  it("have no file that imports itself by way of others, types included", () => {
    const found = circles(new Map(files.map((file) => [file, filesOf(file)])));
    expect(found).toEqual([]);
  });

  it("keep the engine's packages in the engine", () => {
    const leaks = files
      .filter((file) => folderOf(file) !== "engine")
      .flatMap((file) =>
        importsOf(file)
          .filter((to) => engineOnly.test(to))
          .map((to) => `${file} imports ${to}`),
      );
    expect(leaks).toEqual([]);
  });
});

describe("these checks", () => {
  it("see imports of every kind", () => {
    const all = files.flatMap(importsOf);
    expect(all.filter((to) => engineOnly.test(to)).length).toBeGreaterThan(0);
    expect(importsOf("cli/commands/train.ts")).toContain("../../index.js");
    const missing = files.flatMap((file) => filesOf(file).filter((to) => !existsSync(join("src", to))));
    expect(missing).toEqual([]);
  });

  it("find circles, and only those", () => {
    const graph = new Map([
      ["a", ["b", "d"]],
      ["b", ["c"]],
      ["c", ["a", "e"]],
      ["d", ["e"]],
      ["e", ["f"]],
      ["f", ["e"]],
      ["g", ["a", "f"]],
    ]);
    expect(circles(graph)).toEqual([
      ["e", "f"],
      ["a", "b", "c"],
    ]);
    expect(circles(new Map([["a", ["b"]]]))).toEqual([]);
  });
});

it.runIf(existsSync("docs/architecture.md"))(
  "docs/architecture.md names files and folders that exist",
  () => {
    const text = readFileSync("docs/architecture.md", "utf8");
    const whole = text.matchAll(/\b(?:src|test|docs|examples|benchmarks)\/[\w./-]*\w/g);
    const quoted = text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\/[\w.-]+|\.ts))`/g);
    const paths = [...[...whole].map(([path]) => path), ...[...quoted].map(([, path]) => path)];
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(path) && !existsSync(join("src", path)))).toEqual([]);
  },
);

it("no package but picocolors is loaded before a command runs, so that --help starts at once", () => {
  const packages = new Map<string, string>();
  const seen = new Set(["cli/main.ts"]);
  for (const file of seen) {
    const source = readFileSync(join("src", file), "utf8");
    // Type imports are erased, and dynamic ones are awaited by the command that needs them.
    for (const [, to] of source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)";/gm)) {
      if (to.startsWith(".")) seen.add(join(file, "..", to).replaceAll("\\", "/").replace(/\.js$/, ".ts"));
      else if (!to.startsWith("node:")) packages.set(to, file);
    }
  }
  expect([...packages.keys()]).toEqual(["picocolors"]);
});
