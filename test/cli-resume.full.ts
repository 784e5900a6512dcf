/** Stopping, going on, repeating: the same bytes every way. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, listing, metamodal, weightsOf } from "./support/cli.js";
import { leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-resume-"));
afterAll(() => rmSync(cwd, { recursive: true }));

const settings = ["width=8", "train.metaBatch=2", "train.evalEvery=9", "train.evalEpisodes=5"];
const flags = ["--way", "3", "--shot", "1", ...settings.flatMap((setting) => ["--set", setting])];
const train = (out: string, steps: number, ...more: string[]) => [
  ...["train", "leaves", "--json", "--out", out, "--steps", `${steps}`],
  ...[...flags, ...more],
];

beforeAll(async () => {
  await writeLeaves(join(cwd, "leaves"), leafRows());
  const { code } = await metamodal(train("once", 30, "--threads", "1"), { cwd });
  expect(code).toBe(0);
});

describe("a model of the same recipe and seed has the same bytes", () => {
  it("when trained again", async () => {
    await metamodal(train("again", 30, "--threads", "1"), { cwd });
    expect(weightsOf(join(cwd, "again")).equals(weightsOf(join(cwd, "once")))).toBe(true);
  });

  it("when trained on more threads", async () => {
    await metamodal(train("threads", 30, "--threads", "2"), { cwd });
    expect(weightsOf(join(cwd, "threads")).equals(weightsOf(join(cwd, "once")))).toBe(true);
  });

  it("when stopped by Ctrl-C and resumed", async () => {
    const args = train("stopped", 30, "--threads", "1");
    let sent = false;
    const { code, stdout, stderr } = await metamodal(args, {
      cwd,
      onStdout: (text, { kill }) => {
        if (sent || !/"step":1[1-9],/.test(text)) return;
        sent = true;
        kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    const last = jsonLines(stdout).at(-1);
    expect(last).toMatchObject({ type: "checkpoint", part: "photo+outline" });
    expect(last.step).toBeGreaterThan(10);
    expect(last.step).toBeLessThan(30);
    const resume = [...args, "--resume"];
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      `stopped at step ${last.step} of photo+outline; continue with: metamodal ${resume.join(" ")}`,
    );
    expect(existsSync(join(cwd, "stopped"))).toBe(false);

    const before = listing(cwd);
    const fresh = await metamodal(args, { cwd });
    expect(fresh).toMatchObject({ code: 2, stderr: expect.stringContaining("Continue it with --resume") });
    const other = await metamodal([...resume, "--seed", "8"], { cwd });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("of another recipe") });
    expect(listing(cwd)).toEqual(before);

    const resumed = await metamodal(resume, { cwd });
    expect(resumed.code).toBe(0);
    const started = jsonLines(resumed.stdout).find(({ type }) => type === "start");
    expect(started).toMatchObject({ type: "start", step: last.step });
    expect(weightsOf(join(cwd, "stopped")).equals(weightsOf(join(cwd, "once")))).toBe(true);
  });
});

describe("a finished run", () => {
  it("gives way to a new one, whose model replaces the old", async () => {
    const { code, stdout } = await metamodal(train("again", 2), { cwd });
    expect(code).toBe(0);
    const events = jsonLines(stdout);
    expect(events.filter(({ type }) => type === "step")).toHaveLength(2);
    expect(weightsOf(join(cwd, "again")).equals(weightsOf(join(cwd, "once")))).toBe(false);
    expect(listing(cwd).filter((name) => name.includes(".old-"))).toEqual([]);
  });

  it("stays when the new one cannot start", async () => {
    const before = listing(cwd);
    const { code } = await metamodal(train("again", 2, "--shot", "99"), { cwd });
    expect(code).toBe(2);
    expect(listing(cwd)).toEqual(before);
  });
});

describe("a second signal", () => {
  it("stops at once", async () => {
    let sent = false;
    const { code, stderr } = await metamodal(train("twice", 5000), {
      cwd,
      onStdout: (text, { kill }) => {
        if (sent || !text.includes('"step":1,')) return;
        sent = true;
        kill("SIGINT");
        kill("SIGTERM");
      },
    });
    expect(code).toBe(130);
    expect(stderr).not.toContain("continue with");
  });
});
