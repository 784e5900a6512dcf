/** `--on-nan`, `--clip-norm`, and `metamodal runs replay` on data of which one row overflows. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors } from "../src/base/safetensors.js";
import { isolatedCommandLine, jsonLines, weightsOf } from "./support/cli.js";

const { cwd, run: metamodal } = isolatedCommandLine("metamodal-cli-nan-");

/** The row whose square is beyond float32. */
const EXTREME = 7;
const pointOf = (k: number, i: number) =>
  Array.from({ length: 3 }, (_, j) => Math.sin(k + j) + 0.1 * Math.cos(7 * i + j));

function writeData(name: string, extreme: boolean): void {
  mkdirSync(join(cwd, name));
  const rows = Array.from({ length: 72 }, (_, i) => {
    const k = i % 12;
    const split = k < 7 || k === EXTREME ? "train" : k < 10 ? "val" : "test";
    const point = extreme && i === EXTREME ? [1e25, -1e25, 1e25] : pointOf(k, i);
    return { id: `row ${i}`, label: `class ${k}`, split, point };
  });
  writeFileSync(join(cwd, name, "metadata.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    join(cwd, name, "dataset.json"),
    JSON.stringify({ modalities: { point: { kind: "vector", standardise: false } } }),
  );
}

const train = (data: string, out: string, ...rest: string[]) =>
  metamodal(
    ...["train", data, "--way", "3", "--query", "2", "--steps", "16", "--set", "width=4"],
    ...["--set", "train.metaBatch=2", "--set", "train.evalEpisodes=2", "--set", "train.evalEvery=4"],
    ...["--out", out, ...rest],
  );
const failuresOf = (stdout: string) => jsonLines(stdout).filter(({ type }) => type === "failure");

beforeAll(() => {
  writeData("extreme", true);
  writeData("plain", false);
});

describe("--on-nan", () => {
  it("stop ends training with the step, its rates, the last checkpoint and exit 2; the run says so", async () => {
    const { code, stdout, stderr } = await train("extreme", "stopped.model", "--json");
    expect(code).toBe(2);
    const [failure] = failuresOf(stdout);
    expect(failure).toMatchObject({ action: "stop", inARow: 1, part: "point" });
    expect(stderr).toMatch(
      /a value is \S+ standard deviations .*metadata\.jsonl|metadata\.jsonl:8, field "point"/,
    );
    expect(stderr).toContain(`metamodal runs replay`);
    const { checkpoint } = /last checkpoint is (?<checkpoint>\S+?);/.exec(stderr)?.groups ?? {};
    const saved = readdirSync(join(cwd, "stopped.model.run")).filter((name) => name.includes("checkpoint"));
    expect(saved.length > 0).toBe(failure.step > 4);
    if (checkpoint !== undefined) decodeSafetensors(readFileSync(checkpoint), checkpoint);
    expect(existsSync(join(cwd, "stopped.model"))).toBe(false);
    const list = await metamodal("runs", "list", ".", "--state", "failed", "--json");
    expect(JSON.parse(list.stdout).runs).toMatchObject([
      { state: "failed", error: expect.stringContaining("field") },
    ]);
  });

  it("skip leaves such steps out, counts them, and ends with a finite model", async () => {
    const { code, stdout, stderr } = await train("extreme", "skipped.model", "--on-nan", "skip", "--json");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const events = jsonLines(stdout);
    const failures = failuresOf(stdout);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThan(16);
    for (const { path } of failures) expect(existsSync(path)).toBe(true);
    expect(events.filter(({ type }) => type === "step")).toHaveLength(16 - failures.length);
    expect(events.find(({ type }) => type === "done")).toMatchObject({ steps: 16, skipped: failures.length });
    expect(events.find(({ type }) => type === "warning").text).toContain(
      `${failures.length} of 16 steps were left out`,
    );
    const weights = decodeSafetensors(weightsOf(join(cwd, "skipped.model")), "weights");
    for (const { data } of Object.values(weights.arrays)) expect([...data].every(Number.isFinite)).toBe(true);
    const shown = JSON.parse((await metamodal("runs", "show", "skipped.model", "--json")).stdout);
    expect(shown.parts).toMatchObject([{ skipped: failures.length }]);
  });

  it("changes nothing where every step is finite", async () => {
    await train("plain", "a.model", "--json");
    await train("plain", "b.model", "--on-nan", "skip", "--json");
    expect(weightsOf(join(cwd, "a.model")).equals(weightsOf(join(cwd, "b.model")))).toBe(true);
  });
});

it("a clipped training with steps left out is resumed to the byte", async () => {
  const flags = ["--on-nan", "skip", "--clip-norm", "0.05", "--json"];
  const whole = await train("extreme", "whole.model", ...flags);
  expect(whole.code).toBe(0);
  const norms = jsonLines(whole.stdout).filter(({ type }) => type === "step");
  expect(norms.some(({ gradientNorm }) => gradientNorm > 0.05)).toBe(true);
  let resumed = 0;
  for (const step of [4, 8, 12]) {
    // A run that ended after a checkpoint: its later checkpoints and its model event are gone.
    const path = join(cwd, "whole.model.run");
    const copy = join(cwd, `resumed-${step}.model.run`);
    mkdirSync(copy);
    const events = readFileSync(join(path, "events.jsonl"), "utf8").split("\n");
    const end = events.findIndex(
      (line) => line.includes(`"type":"checkpoint"`) && line.includes(`"step":${step},`),
    );
    writeFileSync(join(copy, "events.jsonl"), `${events.slice(0, end + 1).join("\n")}\n`);
    const kept = readdirSync(path).filter((name) => name === `point.step-${step}.checkpoint.safetensors`);
    if (kept.length === 0) {
      rmSync(copy, { recursive: true });
      continue;
    }
    resumed++;
    writeFileSync(join(copy, kept[0]), readFileSync(join(path, kept[0])));
    const { code, stderr } = await train("extreme", `resumed-${step}.model`, ...flags, "--resume");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(weightsOf(join(cwd, `resumed-${step}.model`)).equals(weightsOf(join(cwd, "whole.model")))).toBe(
      true,
    );
  }
  expect(resumed).toBeGreaterThan(1);
});

describe("runs replay", () => {
  it("shows a step that was left out, from the state before it", async () => {
    const events = readFileSync(join(cwd, "skipped.model.run/events.jsonl"), "utf8");
    const [failure] = failuresOf(events);
    const { code, stdout, stderr } = await metamodal(
      "runs",
      "replay",
      "skipped.model",
      `${failure.step}`,
      "--json",
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const replay = JSON.parse(stdout);
    expect(replay).toMatchObject({
      part: "point",
      step: failure.step,
      start: { step: failure.step - 1, path: failure.path },
      dataChanged: false,
      isTaken: false,
      loss: null,
      learningRate: failure.learningRate,
    });
    expect(replay.firstNotFinite).toMatchObject({ what: expect.stringMatching(/query loss|loss/) });
    const ids = replay.episodes.flatMap(({ examples }: { examples: { id: string }[] }) =>
      examples.map(({ id }) => id),
    );
    expect(ids).toContain(`row ${EXTREME}`);
  });

  it("repeats the loss and the gradient norm of any step, and says from where", async () => {
    const events = jsonLines(readFileSync(join(cwd, "a.model.run/events.jsonl"), "utf8"));
    for (const step of [1, 6, 14]) {
      const recorded = events.find((event) => event.type === "step" && event.step === step);
      const { stdout } = await metamodal("runs", "replay", "a.model", `${step}`, "--json");
      const replay = JSON.parse(stdout);
      expect([replay.loss, replay.gradientNorm]).toEqual([recorded.loss, recorded.gradientNorm]);
      expect(replay.firstNotFinite).toBeNull();
      const losses = replay.episodes.map(({ loss }: { loss: number }) => loss);
      expect(losses.reduce((a: number, b: number) => a + b) / losses.length).toBeCloseTo(recorded.loss, 4);
      const norm = Math.hypot(...replay.gradientNorms.map((each: { norm: number }) => each.norm));
      expect(norm / recorded.gradientNorm).toBeCloseTo(1, 3);
      expect(replay.start.step).toBeLessThan(step);
    }
  });

  it("prints the same for people, and draws the episodes", async () => {
    const { code, stdout } = await metamodal("runs", "replay", "a.model", "6", "--picture", "step.svg");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +.*a\.model\.run: step 6 of point/m);
    expect(stdout).toContain("every value is finite");
    expect(readFileSync(join(cwd, "step.svg"), "utf8")).toContain("episode 2: loss");
  });

  it("says that data have changed, and refuses what is no step", async () => {
    const path = join(cwd, "plain/metadata.jsonl");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"row 3"', '"row 3 again"'));
    const { stdout } = await metamodal("runs", "replay", "a.model", "14");
    expect(stdout).toContain("have changed since");
    writeFileSync(path, text);
    for (const step of ["0", "17", "x"])
      expect(await metamodal("runs", "replay", "a.model", step)).toMatchObject({ code: 2 });
    expect(await metamodal("runs", "replay", ".", "1")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("runs:"),
    });
  });
});
