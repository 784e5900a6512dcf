/** `metamodal teach` on the command line: from pictures to a task file, predictions and an evaluation; and wrong usage. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";
import { imageModel } from "./support/onnx.js";

const run = (...args: string[]) =>
  metamodal(args, { cwd: process.cwd(), env: { METAMODAL_CACHE: join(folder, "cache") } });

const fruit = "datasets/emoji/fruit";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cli-teach-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

describe("metamodal teach", () => {
  it("teaches pictures, predicts and evaluates others, and takes more", async () => {
    const task = at("fruit.task");
    const picture = at("report.svg");
    const taught = await run("teach", fruit, "--out", task, "--picture", picture, "--json");
    expect(taught.stderr).not.toContain("error");
    const { classes, examples, report } = JSON.parse(taught.stdout);
    expect(classes).toEqual(readdirSync(fruit).sort());
    expect(report.accuracy.count).toBe(examples);
    expect(report.accuracy.accuracy).toBeGreaterThan(0.7);
    expect(readFileSync(picture, "utf8")).toMatch(/^<svg/);
    const predicted = await run("predict", task, "--input", "datasets/emoji/new", "--json");
    const lines = predicted.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.find(({ id }) => id.startsWith("banana"))).toMatchObject({
      label: "banana",
      unknown: false,
    });
    for (const { nearest } of lines) expect(nearest).toHaveLength(3);
    const evaluated = await run("evaluate", task, "--data", fruit);
    expect(evaluated).toMatchObject({ code: 2 });
    expect(evaluated.stderr).toMatch(/examples of the task's classes were taught/);
    const added = await run("teach", task, "--add", "datasets/emoji/more");
    expect(added.stdout).toMatch(new RegExp(`^task +\\S+: ${classes.length + 1} classes`));
    const removed = await run("teach", task, "--remove-class", "tomato", "--json");
    expect(JSON.parse(removed.stdout).classes).toEqual(classes);
  });

  it("embeds with another encoder by --encoder, without which the task does not run", async () => {
    const [model, task] = [at("mine.onnx"), at("mine.task")];
    writeFileSync(model, imageModel(8));
    const encoder = `image=${model}`;
    const taught = await run("teach", fruit, "--encoder", encoder, "--out", task);
    expect(taught.stdout).toContain(`encoder  image: ${model}`);
    expect(taught.stdout).toMatch(/experts +image\/pretrained 100.0 %/);
    expect((await run("predict", task, "--input", "datasets/emoji/new")).code).toBe(0);
    const evaluated = await run(
      ...["evaluate", "base", "--data", fruit, "--encoder", encoder, "--episodes", "5", "--shot", "1"],
    );
    expect(evaluated.stdout).toContain("image/pretrained");
    writeFileSync(model, imageModel(8, "last"));
    const changed = await run("predict", task, "--input", "datasets/emoji/new");
    expect(changed).toMatchObject({ code: 2, stdout: "" });
    expect(changed.stderr).toMatch(/mine\.task, modality "image".*mine\.onnx is not the file/);
    rmSync(model);
    const gone = await run("teach", task, "--add", "datasets/emoji/more");
    expect(gone.stderr).toMatch(/its pretrained encoder is missing: .*mine\.onnx/);
    for (const [value, message] of [
      ["image", /--encoder image: it is not of the form NAME=MODEL/],
      ["image=nobody/nothing", /nobody\/nothing is not on this machine/],
      ["sound=x.onnx", /has no modality of that name or kind/],
    ] as const) {
      const refused = await run("teach", fruit, "--encoder", value, "--out", at("none.task"));
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toMatch(message);
      expect(existsSync(at("none.task"))).toBe(false);
    }
  });

  it("refuses what no task can be taught from, and writes nothing", async () => {
    mkdirSync(at("one/a"), { recursive: true });
    writeFileSync(at("one/a/x.txt"), "a text");
    mkdirSync(at("broken/a"), { recursive: true });
    mkdirSync(at("broken/b"), { recursive: true });
    writeFileSync(at("broken/a/x.jpg"), "no picture");
    writeFileSync(at("broken/b/y.jpg"), "no picture");
    mkdirSync(at("empty"), { recursive: true });
    for (const [data, says] of [
      ["one", /only class is "a"/],
      ["broken", /x\.jpg|y\.jpg/],
      ["empty", /has no rows/],
    ] as const) {
      const { code, stderr } = await run("teach", at(data), "--out", at("none.task"));
      expect({ code, says: says.test(stderr) }, stderr).toEqual({ code: 2, says: true });
    }
    expect(existsSync(at("none.task"))).toBe(false);
    const other = await run("teach", fruit, "--add", fruit, "--out", at("none.task"));
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(/^error: --add: .* is no task file/);
  });

  it("is what adapt does with the base model, and evaluate scores it on episodes", async () => {
    const adapted = await run("adapt", "base", "--support", fruit, "--out", at("adapted.task"), "--json");
    expect(JSON.parse(adapted.stdout).classes).toHaveLength(6);
    const flags = ["--way", "3", "--shot", "1", "--episodes", "5", "--json"];
    const { stdout } = await run("evaluate", "base", "--data", fruit, ...flags);
    const { model, rows } = JSON.parse(stdout);
    expect(model).toBe("base");
    expect(rows.map(({ kind }: { kind: string }) => kind)).toEqual([
      "fused",
      "encoder",
      "encoder",
      "encoder",
      "chance",
    ]);
    expect(rows[0].accuracy).toBeGreaterThan(0.6);
    expect(await run("evaluate", "base", "--data", fruit, "--closed")).toMatchObject({ code: 2 });
  });
});
