/** Trainings that are killed at random moments and resumed, and the bytes that they end with. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { random } from "../../src/base/random.js";
import { metamodal, weightsOf } from "./cli.js";

/** Milliseconds after the first step within which a training is killed. */
const WITHIN = 400;

const rows = Array.from({ length: 36 }, (_, i) => ({
  id: `${i}`,
  label: `class ${i % 9}`,
  point: Array.from({ length: 4 }, (_, k) => Math.sin(i % 9) + 0.1 * Math.cos(7 * i + k)),
}));

const args = [
  ...["train", "points", "--json", "--out", "model", "--steps", "60", "--threads", "1", "--way", "2"],
  ...["--shot", "1", "--query", "2", "--set", "width=4", "--set", "train.metaBatch=2"],
  ...["--set", "train.evalEvery=1", "--set", "train.evalEpisodes=2"],
];

/**
 * Train with a checkpoint after every step, killed `kills` times by SIGKILL at random moments in all, each time resumed; a
 * training that ends is compared with one that nobody killed, and the next one begins.
 */
export async function killAndResume(kills: number, seed: number): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "metamodal-kills-"));
  try {
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    writeFileSync(join(cwd, "points.jsonl"), `${lines}\n`);
    const from = args.map((each) => (each === "points" ? "points.jsonl" : each));
    expect(await metamodal(from, { cwd })).toMatchObject({ code: 0 });
    const whole = weightsOf(join(cwd, "model"));
    const reset = () => {
      for (const name of ["model", "model.run"]) rmSync(join(cwd, name), { recursive: true });
    };
    reset();
    const moments = random(seed, "kills");
    for (let killed = 0, resume = false; killed < kills || resume; ) {
      const delay = killed < kills ? WITHIN * moments.uniform() : undefined;
      let timer: NodeJS.Timeout | undefined;
      const { code, stderr } = await metamodal([...from, ...(resume ? ["--resume"] : [])], {
        cwd,
        onStdout: (text, { kill }) => {
          if (delay !== undefined && text.includes('"type":"step"'))
            timer ??= setTimeout(() => kill("SIGKILL"), delay);
        },
      });
      clearTimeout(timer);
      if (code === 137) {
        killed++;
        resume = true;
        continue;
      }
      expect({ code, stderr: stderr.slice(-500) }).toMatchObject({ code: 0 });
      expect(weightsOf(join(cwd, "model")).equals(whole), `after ${killed} kills`).toBe(true);
      expect(readdirSync(cwd).sort()).toEqual(["model", "model.run", "points.jsonl"]);
      expect(readdirSync(join(cwd, "model.run")).filter((name) => name.startsWith("."))).toEqual([]);
      reset();
      resume = false;
    }
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
