/** The package as a user installs it: what `npm pack` holds works alone, with types, import, command line. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
let project: string;
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: project, encoding: "utf8", env: { ...process.env, NODE_PATH: "" } });

/** An empty project with the packed files and, as an install would put them, the declared dependencies. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "metamodal-pack-"));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", project], {
      cwd: root,
      encoding: "utf8",
    }),
  );
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "metamodal"), { recursive: true });
  run("tar", "xzf", filename, "-C", join(modules, "metamodal"), "--strip-components", "1");
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

it("holds the built library and no test, example or data", () => {
  const files = readdirSync(join(project, "node_modules/metamodal"), { recursive: true, encoding: "utf8" });
  expect(files).toContain("dist/src/index.js");
  expect(files).toContain("dist/src/engine/run/worker.mjs");
  expect(files).toContain("dist/src/engine/run/worker-foreign.mjs");
  expect(files).toContain("LICENSE");
  expect(files.filter((file) => /\.test\.|dist\/examples|datasets|\.map$/.test(file))).toEqual([]);
});

it("has types", () => {
  writeFileSync(
    join(project, "typed.ts"),
    `import { type Dataset, loadModel, metaTrain, openDataset, type Prediction } from "metamodal";
     const data: Dataset = await openDataset("folder");
     const model = await metaTrain({ data, fusion: "gated", train: { steps: 1 } }).model();
     const task = await (await loadModel("m")).adapt([{ label: "a", image: new Uint8Array() }]);
     const prediction: Prediction = await task.predict({ strokes: [[[0, 1]]] });
     // @ts-expect-error: there is no such key
     metaTrain({ data, fusoin: "gated" });
     const said: string = prediction.label ?? String(prediction.value);
     export const label: string = said + model.modalities[0];\n`,
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--types", "node", "--module", "nodenext", "--target", "es2022"];
  expect(run(process.execPath, tsc, ...flags, "typed.ts")).toBe("");
});

it("imports, trains, adapts and predicts", () => {
  writeFileSync(
    join(project, "use.js"),
    `import { createDataset, metaTrain } from "metamodal";
     const drawing = (k, i) => ({ label: "class " + k, strokes: [[[0, 0], [k + 1, i % 3], [k * k, 5]]] });
     const all = [0, 1, 2, 3, 4, 5].flatMap((k) => [0, 1, 2, 3].map((i) => drawing(k, i)));
     const data = createDataset({ name: "lines", examples: all });
     const model = await metaTrain({ data, width: 8, episode: { way: 2 }, train: { steps: 2, metaBatch: 1 } }).model();
     await model.save("lines.model");
     const task = await model.adapt([drawing(1, 0), drawing(4, 0)]);
     console.log((await task.predict(drawing(4, 1))).label);\n`,
  );
  expect(run(process.execPath, "use.js")).toMatch(/^class [14]\n$/);
});

it("has a command line", () => {
  const main = join("node_modules/metamodal/dist/src/cli/main.js");
  expect(run(process.execPath, main, "--version")).toMatch(/^\d+\.\d+\.\d+/);
  expect(JSON.parse(run(process.execPath, main, "methods", "--json")).learners[0].name).toBe("prototypical");
});
