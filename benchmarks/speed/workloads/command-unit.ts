/** Workloads of the command line: whole processes, from their start to what a user waits for. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { examples, image, noise, SIDE } from "../data.js";
import { root } from "../paths.js";
import type { Unit } from "../timing.js";
import { quickModel } from "./adaptation-unit.js";

const main = join(root, "dist/bundle/main.js");

/** Run a command until a line of its output matches, or to its end. */
function metamodal(args: readonly string[], until?: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (!until?.test(output)) return;
      resolve();
      child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 || code === null ? resolve() : reject(new Error(`metamodal ${args[0]}: ${errors}`)),
    );
  });
}

export const helpUnit = (): Unit => ({ next: () => metamodal(["--help"]) });

/** Load a task folder and predict one image file. */
export async function predictUnit(threads: number): Promise<Unit> {
  const value = (draw: () => number) => ({ image: image(draw) });
  const folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
  const model = await quickModel({ fusion: "fixed", episode: { way: 5 }, threads }, value);
  const task = await model.adapt(examples(5, 5, value, 2));
  await task.save(join(folder, "task"));
  const { data } = image(noise(4));
  const input = join(folder, "input.png");
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } }).toFile(input);
  return {
    next: () => metamodal(["predict", join(folder, "task"), "--input", input]),
    stop: () => rm(folder, { recursive: true }),
  };
}

/** Start training on the shipped data set and wait for the first step. */
export async function stepUnit(threads: number): Promise<Unit> {
  const folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
  let runs = 0;
  const data = ["train", join(root, "datasets/omniglot"), "--modalities", "image", "--way", "5"];
  return {
    next: () =>
      metamodal(
        [...data, "--threads", `${threads}`, "--json", "--out", join(folder, `${runs++}`)],
        /"type": ?"step"/,
      ),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}
