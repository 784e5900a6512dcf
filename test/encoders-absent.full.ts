/** A package that lacks files of built-in encoders: what needs them is left out with a notice, or refused by name. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";
import { folders, jsonl } from "./support/folders.js";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "encoders-absent-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const data = folders();

/** A copy of the built package without some files of `encoders`; returns its program. */
function without(...files: string[]): string {
  const path = join(root, files.join("+"));
  mkdirSync(join(path, "encoders"), { recursive: true });
  cpSync("dist/bundle", join(path, "dist/bundle"), { recursive: true });
  for (const name of readdirSync("encoders").filter((each) => !files.includes(each)))
    symlinkSync(resolve("encoders", name), join(path, "encoders", name));
  symlinkSync(resolve("node_modules"), join(path, "node_modules"));
  cpSync("package.json", join(path, "package.json"));
  return join(path, "dist/bundle/main.js");
}

const run = (main: string | undefined, ...args: string[]) =>
  metamodal(args, { cwd: process.cwd(), main, env: { METAMODAL_CACHE: join(root, "cache") } });

const fruit = "datasets/emoji/fruit";
const texts = () =>
  data({
    "t/metadata.jsonl": jsonl(
      ...["a red apple", "ripe apples", "sour apples"].map((text) => ({ label: "apple", text })),
      ...["a steel hammer", "a saw", "hammer and nails"].map((text) => ({ label: "tool", text })),
    ),
  });
/** How often a file is named on stderr. */
const times = (stderr: string, file: string) => stderr.split(`encoders/${file}`).length - 1;

describe("a package without", () => {
  it("the image network teaches, evaluates and trains without it, and says so once", async () => {
    const main = without("image.onnx");
    const task = join(root, "small.task");
    const taught = await run(main, "teach", fruit, "--out", task, "--json");
    expect(taught.code).toBe(0);
    expect(taught.stderr).toMatch(
      /encoders\/image\.onnx: the file is not in this installation; left out .*: "network" of image/,
    );
    expect(times(taught.stderr, "image.onnx")).toBe(1);
    const { experts, notices } = JSON.parse(taught.stdout);
    expect(Object.keys(experts)).toEqual(["image/colour", "image/hog"]);
    expect(notices.map(({ code }: { code: string }) => code)).toEqual(["teach/encoder-absent"]);
    expect((await run(main, "predict", task, "--input", "datasets/emoji/new")).code).toBe(0);
    const evaluated = await run(main, "evaluate", "base", "--data", fruit, "--episodes", "3", "--shot", "1");
    expect(times(evaluated.stderr, "image.onnx")).toBe(1);
    const trained = await run(
      ...([main, "train", fruit, "--steps", "2", "--way", "2", "--shot", "1"] as const),
      ...["--set", "encoders=default", "--out", join(root, "run")],
    );
    expect(trained.code).toBe(0);
    expect(times(trained.stderr, "image.onnx")).toBe(1);
  });

  it("a file that a task needs refuses it by the file's name; and the other way round", async () => {
    const main = without("text.onnx");
    const [whole, small] = [join(root, "whole.task"), join(root, "ngrams.task")];
    const path = texts();
    expect((await run(undefined, "teach", path, "--out", whole)).code).toBe(0);
    expect((await run(main, "teach", path, "--out", small)).code).toBe(0);
    const refused = await run(main, "predict", whole, "--input", path);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /its text vectors were made with the built-in encoder file text\.onnx of SHA-256 .*; expected .*no built-in encoder file text\.onnx/,
    );
    const other = await run(undefined, "predict", small, "--input", path);
    expect(other.stderr).toMatch(/made with no built-in encoder file text\.onnx; expected/);
  });

  it("the vocabulary embeds texts by n-grams; without the constants, vectors are not standardised", async () => {
    const main = without("text-vocabulary.tsv", "projection.safetensors");
    const taught = await run(main, "teach", texts(), "--out", join(root, "words.task"), "--json");
    expect(Object.keys(JSON.parse(taught.stdout).experts)).toEqual(["text/ngrams"]);
    expect(taught.stderr).toMatch(/text-vocabulary\.tsv: .*"network" of text/);
    expect(taught.stderr).toMatch(/projection\.safetensors: .*vectors are not standardised/);
  });

  it("any encoder of a kind refuses its values, with a way out", async () => {
    const main = without("strokes.onnx", "image.onnx");
    const line = (k: number) => [
      [
        [0, k],
        [k, 5 * k],
      ],
    ];
    const examples = [1, 2, 3, 4].map((k) => ({
      label: k % 2 ? "a" : "b",
      drawing: line(k),
      text: `word ${k}`,
    }));
    const path = data({
      "s/metadata.jsonl": jsonl(...examples),
      "s/dataset.json": JSON.stringify({ modalities: { drawing: { kind: "strokes" } } }),
    });
    const out = join(root, "none.task");
    const refused = await run(main, "teach", join(path, "s"), "--out", out);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /lacks encoders\/strokes\.onnx, .*every built-in encoder of strokes.*--modalities/,
    );
    const some = await run(main, "teach", join(path, "s"), "--modalities", "text", "--out", out);
    expect(some.code).toBe(0);
  });
});
