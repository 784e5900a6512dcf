/** W11: commands in new processes, timed from their start to the output that a user waits for. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { type GenerateValues, IMAGE_SIZE, randomExamples, randomImage, uniformFrom } from "../data.js";
import { root } from "../paths.js";
import type { RunningWorkload } from "../timing.js";
import { trainOneStep } from "./start-adaptation.js";
import type { Workload } from "./types.js";

const cli = join(root, "dist/bundle/main.js");

/** Run a command to its end, or until its output matches. */
const metamodal = (args: readonly string[], until?: RegExp) => node([cli, ...args], until);

/** Run Node to its end, or until its output matches. */
function node(args: readonly string[], until?: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
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
      code === 0 || code === null ? resolve() : reject(new Error(`node ${args.join(" ")}: ${errors}`)),
    );
  });
}

/** A unit is `node -e 0`. */
const startBareNode = (): RunningWorkload => ({ runUnit: () => node(["-e", "0"]) });

const startHelp = (): RunningWorkload => ({ runUnit: () => metamodal(["--help"]) });

/** A unit loads a task folder and predicts one image file. */
async function startPredict(threads: number): Promise<RunningWorkload> {
  const generate: GenerateValues = (uniform) => ({ image: randomImage(uniform) });
  const folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
  const model = await trainOneStep({ fusion: "fixed", episode: { way: 5 }, threads }, generate);
  const task = await model.adapt(randomExamples(5, 5, generate, 2));
  await task.save(join(folder, "task"));
  const { data } = randomImage(uniformFrom(4));
  const input = join(folder, "input.png");
  await sharp(data, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 1 } }).toFile(input);
  return {
    runUnit: () => metamodal(["predict", join(folder, "task"), "--input", input]),
    stop: () => rm(folder, { recursive: true }),
  };
}

/** A unit starts training on the shipped data set and ends at the first step. */
async function startFirstStep(threads: number): Promise<RunningWorkload> {
  const folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
  let runs = 0;
  const args = ["train", join(root, "datasets/omniglot"), "--modalities", "image", "--way", "5"];
  return {
    runUnit: () =>
      metamodal(
        [...args, "--threads", `${threads}`, "--json", "--out", join(folder, `${runs++}`)],
        /"type": ?"step"/,
      ),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A command; one with a target is compared with bare Node. */
const command = (id: string, description: string, start: Workload["start"], targetMs?: number): Workload => ({
  id,
  description,
  tasks: 1,
  start,
  ...(targetMs !== undefined && { reference: { start: startBareNode, targetMs } }),
});

export const commands: readonly Workload[] = [
  command("W11help", "`metamodal --help`, new process", startHelp, 40),
  command("W11predict", "`metamodal predict`, new process: load, and predict one image", startPredict, 350),
  command("W11step", "`metamodal train` to its first step, new process: Conv4-64, 5-way", startFirstStep),
];
