/** The published bundle with the runtime `wasm`: training and prediction load no ONNX Runtime. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const entry = resolve("dist/bundle/index.js");
const maps = "/proc/self/maps";

/** Whether the libraries that a process has loaded include ONNX Runtime, after a training by a runtime. */
function loadsOnnxRuntime(runtime: string): boolean {
  const script = `
    const { readFileSync } = await import("node:fs");
    const { createDataset, metaTrain } = await import(process.argv[1]);
    const splits = ["train", "train", "train", "val", "val", "test"];
    const examples = Array.from({ length: 48 }, (_, i) => ({
      label: "c" + (i % 6),
      split: splits[i % 6],
      v: [Math.sin(i), Math.cos(i), i % 6],
    }));
    const data = createDataset({ name: "made", modalities: { v: { kind: "vector" } }, examples });
    const train = { steps: 2, evalEvery: 2, evalEpisodes: 2 };
    const episode = { way: 2, shot: 1, query: 2 };
    const model = await metaTrain({ data, train, episode, threads: 2, runtime: process.argv[2] }).model();
    const task = await model.adapt([{ label: "a", v: [1, 2, 3] }, { label: "b", v: [3, 2, 1] }]);
    await task.predict({ v: [1, 2, 2] });
    console.log(readFileSync("${maps}", "utf8").includes("onnxruntime"));
    process.exit(0);
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, entry, runtime]);
  return output.toString().trim() === "true";
}

it.runIf(existsSync(maps) && existsSync(entry))(
  "is loaded by the runtime onnxruntime, and not by wasm",
  () => {
    expect(loadsOnnxRuntime("onnxruntime")).toBe(true);
    expect(loadsOnnxRuntime("wasm")).toBe(false);
  },
);
