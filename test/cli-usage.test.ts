/** Calling `metamodal`: help, version, methods, wrong usage, the reference, a closed pipe. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../src/cli/commands/index.js";
import { parse } from "../src/cli/parse.js";
import { commandLine, metamodal } from "./support/cli.js";
import { cliReference } from "./support/cli-reference.js";

const run = commandLine(".");

describe("help", () => {
  it("lists every command", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${name} .*${summary}$`, "m"));
  });

  it.each(commands.map(({ name }) => [name]))("of %s has usage, options and examples", async (name) => {
    const { code, stdout, stderr } = await run(...name.split(" "), "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: metamodal ${name} `, "m"));
    expect(stdout).toContain("--json");
    expect(stdout).toMatch(new RegExp(`Examples:\n  metamodal ${name}`));
  });

  it("has examples that are command lines of their command", () => {
    for (const { name, examples } of commands)
      for (const example of examples) {
        const [, ...words] = example.split(" ");
        expect(parse(words, commands)).toMatchObject({ kind: "command", command: { name } });
      }
  });

  it("of a group lists its commands", async () => {
    const { code, stdout } = await run("data");
    expect(code).toBe(0);
    expect(stdout).toContain("data inspect DATA");
    expect(stdout).not.toContain("train RECIPE");
  });

  it("is the written reference", async () => {
    await expect(cliReference()).toMatchFileSnapshot("../docs/cli.md");
  });
});

it("prints its version", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(await metamodal(["--version"], { cwd: "." })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
});

it("lists the methods, each with name, summary and source", async () => {
  const { code, stdout } = await run("methods", "--json");
  expect(code).toBe(0);
  const listed: Record<string, Record<string, string>[]> = JSON.parse(stdout);
  expect(Object.keys(listed)).toEqual([
    "learners",
    "fusions",
    "alignments",
    "auxiliaries",
    "encoders",
    "continualMethods",
  ]);
  for (const method of Object.values(listed).flat()) {
    expect(Object.keys(method)).toEqual(["name", "summary", "source"]);
    for (const text of Object.values(method)) expect(text).not.toBe("");
  }
  expect(listed.learners.map(({ name }) => name)).toContain("prototypical");
  expect((await run("methods")).stdout).toMatch(/^prototypical +\S/m);
});

describe("wrong usage", () => {
  it.each([
    [
      "trian x",
      /metamodal trian x: there is no such command; expected one of teach, train, .* Did you mean train\?/,
    ],
    ["data inspct x", /Did you mean data inspect\?/],
    ["data import omniglt x", /Did you mean data import omniglot\?/],
    ["--verbos", /--verbos: metamodal has no such option; .*lists/],
    ["train", /metamodal train: the argument RECIPE\|DATA is missing; expected metamodal train RECIPE\|DATA/],
    ["train a b", /metamodal train: there is no argument for "b"; expected metamodal train/],
    ["train a --stpes 3", /--stpes: metamodal train has no such option; .*Did you mean --steps\?/],
    ["train a -s 3", /-s: metamodal train has no such option/],
    [
      "train a --relation unimodal",
      /--relation: the option is called --auxiliary now; expected --auxiliary NAME\. Write --auxiliary\./,
    ],
    ["train a --episodes 3", /--episodes: metamodal train has no such option/],
    [
      "train a --steps",
      /--steps: its value is missing; expected a whole number of at least 0\. Write --steps N/,
    ],
    ["train a --out --json", /--out: its value is missing; expected DIR/],
    ["train a --steps four", /--steps: the value is "four"; expected a whole number of at least 0/],
    ["train a --steps 1.5", /--steps: the value is "1\.5"; expected a whole number/],
    ["train a --way 1", /--way: the value is "1"; expected a whole number of at least 2/],
    ["train a --seed -1", /--seed: the value is "-1"; expected a whole number of at least 0/],
    ["train a --minutes 0", /--minutes: the value is "0"; expected a number greater than 0/],
    ["train a --modalities a,,b", /--modalities: the value is "a,,b"; expected different names/],
    ["train a --mode inductve", /--mode: .*expected inductive or transductive\. Did you mean inductive\?/],
    ["train a --seed 1 --seed 2", /--seed: the option is given twice; expected one value/],
    ["train a --json=yes", /--json: "yes" follows it; expected no value/],
    ["evaluate a", /metamodal evaluate: the option --data is missing; expected --data DATA/],
    ["adapt a --support b", /metamodal adapt: the option --out is missing; expected --out DIR/],
    ["predict a", /metamodal predict: the option --input is missing/],
  ])("metamodal %s", async (command, says) => {
    const { code, stdout, stderr } = await run(...command.split(" "));
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: [^\n]+; expected [^\n]+\. [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

it("shows where an error comes from when asked", async () => {
  expect((await run("trian")).stderr).not.toContain("    at ");
  const { code, stderr } = await metamodal(["trian"], { cwd: ".", debug: "metamodal" });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*\nInputError: .*\n {4}at /);
});

it("says nothing when nobody reads its results", async () => {
  const { code, stderr } = await metamodal(["methods"], {
    cwd: ".",
    onStart: ({ closeStdout }) => closeStdout(),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
