/** The package as a user installs it: what `npm pack` holds works alone, with types, import, command line. */

import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runProcess } from "../benchmarks/speed/spawn.js";

const root = join(import.meta.dirname, "..");
let project: string;
/** Size of the packed file in bytes. */
let packedBytes: number;
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: project, encoding: "utf8", env: { ...process.env, NODE_PATH: "" } });

/** What a user has installed: the declared dependencies, which find theirs, and the types of Node.js. */
function installed(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [...Object.keys(dependencies), "@types/node"];
}

/** An empty project with the packed files and, as an install would put them, the declared dependencies. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "metamodal-pack-"));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", project], {
      cwd: root,
      encoding: "utf8",
    }),
  );
  packedBytes = statSync(join(project, filename)).size;
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "metamodal"), { recursive: true });
  run("tar", "xzf", filename, "-C", join(modules, "metamodal"), "--strip-components", "1");
  for (const name of installed()) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

it("holds the bundle with source maps, declarations and licences, and no test, example or data", () => {
  const packed = join(project, "node_modules/metamodal");
  const files = readdirSync(packed, { recursive: true, encoding: "utf8" });
  const entries = [
    "index.js",
    "main.js",
    "child.js",
    "worker.mjs",
    "worker-foreign.mjs",
    "parquet-worker.mjs",
  ];
  for (const entry of entries) expect(files).toContain(`dist/bundle/${entry}`);
  expect(files).toContain("dist/src/index.d.ts");
  expect(files).toContain("LICENSE");
  expect(files.filter((file) => /\.test\.|dist\/examples|datasets/.test(file))).toEqual([]);
  expect(files.filter((file) => /^dist\/src\/.*\.(m?js|map)$/.test(file))).toEqual([]);
  const code = files.filter((file) => /^dist\/bundle\/.*\.m?js$/.test(file));
  for (const file of code) {
    const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(join(packed, file), "utf8")) ?? [];
    if (map) expect(files).toContain(`dist/bundle/${map}`);
  }
});

it("imports no package that an install would not bring", () => {
  const bundle = join(project, "node_modules/metamodal/dist/bundle");
  const code = readdirSync(bundle).filter((file) => /\.m?js$/.test(file));
  const imported = code.flatMap((file) =>
    [
      ...readFileSync(join(bundle, file), "utf8").matchAll(/^(?:import|export) .*?from "([^".][^"]*)";$/gm),
    ].map(([, name]) => name),
  );
  const packages = new Set(imported.filter((name) => !isBuiltin(name)));
  expect([...packages].filter((name) => !installed().includes(name))).toEqual([]);
});

it("holds the licence of every package that is bundled", () => {
  const licences = readFileSync(
    join(project, "node_modules/metamodal/dist/bundle/THIRD-PARTY-LICENSES.txt"),
    "utf8",
  );
  for (const name of ["zod", "yaml", "tar", "ml-matrix", "hyparquet"])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  expect(licences).toContain("Permission is hereby granted");
});

/** The compiler's errors for a user's program, one per line. */
function compiled(program: string): string[] {
  writeFileSync(join(project, "typed.ts"), program);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--types", "node", "--module", "nodenext", "--target", "es2022"];
  try {
    run(process.execPath, tsc, ...flags, "typed.ts");
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.trim().split("\n");
  }
}

it("has types", () => {
  const errors = compiled(
    `import { type Dataset, loadModel, metaTrain, openDataset, type Prediction } from "metamodal";
     const data: Dataset = await openDataset("folder");
     const model = await metaTrain({
       data,
       learner: { name: "maml", innerSteps: 3 },
       fusion: "gated",
       alignment: { name: "mean", weight: 0.5 },
       auxiliary: "cross",
       encoders: { image: "conv4", notes: { name: "ngrams", hidden: 32 } },
       train: { steps: 1, learningRate: 0.01 },
     }).model();
     const task = await (await loadModel("m")).adapt([{ label: "a", image: new Uint8Array() }]);
     const prediction: Prediction = await task.predict({ strokes: [[[0, 1]]] });
     const said: string = prediction.label ?? String(prediction.value);
     export const label: string = said + model.modalities[0];\n`,
  );
  expect(errors).toEqual([]);
});

it("refuses wrong recipes when they are compiled, naming what is wrong", () => {
  const errors = compiled(
    `import { type Dataset, metaTrain } from "metamodal";
     declare const data: Dataset;
     metaTrain({ data, learner: 42 });
     metaTrain({ data, learner: { name: "maml", inerSteps: 3 } });
     metaTrain({ data, encoders: { image: "sequence" } });
     metaTrain({ data, fusoin: "gated" });
     metaTrain({ data, learner: "protypical" });\n`,
  );
  const expected = [
    /^typed\.ts\(3,24\): .*'number' is not assignable to type 'LearnerChoice/,
    /^typed\.ts\(4,49\): .*'inerSteps' does not exist .*name: "maml".*Did you mean to write 'innerSteps'/,
    /^typed\.ts\(5,36\): .*'"sequence"' is not assignable to type .*"conv4" \| "resnet"/,
    /^typed\.ts\(6,24\): .*'fusoin' does not exist .*Did you mean to write 'fusion'/,
    /^typed\.ts\(7,24\): .*Did you mean '"prototypical"'/,
  ];
  expect(errors).toHaveLength(expected.length);
  for (const [i, message] of expected.entries()) expect(errors[i]).toMatch(message);
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
  const main = join("node_modules/metamodal/dist/bundle/main.js");
  expect(run(process.execPath, main, "--version")).toMatch(/^\d+\.\d+\.\d+/);
  expect(JSON.parse(run(process.execPath, main, "methods", "--json")).learners[0].name).toBe("prototypical");
});

/** The encoders may have 12 MB; the rest is code. */
const MOST_PACKED_BYTES = 15 * 2 ** 20;
/** A module that fails every connection of a process. */
const OFFLINE = `import { Socket } from "node:net";
  Socket.prototype.connect = () => { throw new Error("connected to the network"); };
`;
const COLOURS = { poppy: [200, 40, 30], lawn: [40, 150, 50], sea: [30, 80, 190] };
const SHOT = 5;

/** A photo of 640×480 pixels: a colour with noise. */
function photo(colour: readonly number[], seed: number) {
  const [width, height] = [640, 480];
  let state = seed;
  const noise = () => {
    state = (state * 48271) % 2147483647;
    return (state % 80) - 40;
  };
  const data = Uint8ClampedArray.from({ length: 3 * width * height }, (_, i) => colour[i % 3] + noise());
  return sharp(data, { raw: { width, height, channels: 3 } }).jpeg();
}

it("teaches three folders of five photos without network, and predicts", async () => {
  for (const [k, [name, colour]] of Object.entries(COLOURS).entries()) {
    mkdirSync(join(project, "photos", name), { recursive: true });
    for (let i = 0; i < SHOT; i++)
      await photo(colour, 100 * k + i + 1).toFile(join(project, "photos", name, `${i}.jpg`));
  }
  await photo(COLOURS.sea, 999).toFile(join(project, "new.jpg"));
  const main = join(project, "node_modules/metamodal/dist/bundle/main.js");
  writeFileSync(join(project, "offline.mjs"), OFFLINE);
  const env = {
    ...process.env,
    NODE_OPTIONS: `--import=${pathToFileURL(join(project, "offline.mjs"))}`,
    METAMODAL_CACHE: join(project, "cache"),
  };
  const metamodal = async (...args: readonly string[]) => {
    const started = performance.now();
    const finished = await runProcess(process.execPath, [main, ...args], 120, { cwd: project, env });
    expect(finished.stderr).not.toMatch(/error/i);
    expect(finished.code).toBe(0);
    return { ...finished, seconds: (performance.now() - started) / 1000 };
  };
  const taught = await metamodal("teach", "photos");
  const { stdout } = await metamodal("predict", "photos.task", "--input", "new.jpg", "--json");
  expect(JSON.parse(stdout).label).toBe("sea");
  console.log(
    `teach: ${taught.seconds.toFixed(1)} s, ${taught.peakMB.toFixed(0)} MB resident; ` +
      `package ${(packedBytes / 2 ** 20).toFixed(1)} MiB`,
  );
  expect(packedBytes).toBeLessThan(MOST_PACKED_BYTES);
}, 120_000);
