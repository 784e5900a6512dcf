/** Cross-modal use and label shots from the command line: trained, judged, adapted and said so. */

import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { commandLine, jsonLines, type Outcome } from "./support/cli.js";
import { folders, jsonl } from "./support/folders.js";

const write = folders();
const names = [
  "red_oak",
  "black_fox",
  "blue_whale",
  "wild_rose",
  "sea_star",
  "sand_dune",
  "ice_floe",
  "oat_field",
];
const row = (k: number, i: number) => ({
  label: names[k],
  split: k < 4 ? "train" : k < 6 ? "val" : "test",
  sensed: [k, i].flatMap((n) => [Math.cos(n), random(1, k, i).normal()]),
  told: `${names[(k + 1) % 8].replace("_", " ")} and ${i}`,
});
const all = names.flatMap((_, k) => Array.from({ length: 4 }, (__, i) => row(k, i)));
const cwd = write({
  "data/metadata.jsonl": jsonl(...all),
  "support/metadata.jsonl": jsonl(
    ...all
      .filter(({ label }, i) => names.indexOf(label) > 5 && i % 4 === 0)
      .map(({ split: _, ...unsplit }) => unsplit),
  ),
});
const call = commandLine(cwd);
const run = (...args: string[]) => call(...args, "--threads", "1");
const lines = (outcome: Outcome) => {
  expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code: 0 });
  return jsonLines(outcome.stdout);
};

beforeAll(async () => {
  const shown = ["--support-modalities", "told", "--query-modalities", "sensed", "--label-shots", "1"];
  const small = ["--way", "2", "--query", "2", "--steps", "2", "--set", "width=8"];
  lines(await run("train", "data", ...shown, ...small, "--alignment", "infonce", "--json"));
});
const judge = (...flags: string[]) =>
  run("evaluate", "data.model", "--data", "data", "--way", "2", "--episodes", "5", ...flags);

it("evaluate shows what training showed, or what it is told to", async () => {
  const [trained] = lines(await judge("--json"));
  expect(trained).toMatchObject({ supportModalities: ["told"], queryModalities: ["sensed"], labelShots: 1 });
  expect(trained.rows[0]).toMatchObject({ support: ["told"], query: ["sensed"], labelShots: 1 });
  const [other] = lines(
    await judge(
      "--support-modalities",
      "sensed,told",
      "--query-modalities",
      "told",
      "--label-shots",
      "0",
      "--json",
    ),
  );
  expect(
    other.rows.map(({ name, support, query }: Record<string, unknown>) => [name, support, query]),
  ).toEqual([
    ["sensed+told", ["sensed", "told"], ["told"]],
    ["support without sensed", ["told"], ["told"]],
    ["support without told", ["sensed"], ["told"]],
    ["untrained sensed+told", ["sensed", "told"], ["told"]],
    ["chance", [], []],
  ]);
});

it("evaluate says in words that names were shown", async () => {
  const { stdout } = await judge();
  expect(stdout).toMatch(/class names as 1 label shot/);
  expect(stdout).toMatch(/told, names → sensed/);
  expect(stdout).toMatch(/support without label shots +told → sensed/);
});

it("adapt adds the names of new classes, and says so", async () => {
  const told = await run("adapt", "data.model", "--support", "support", "--out", "t");
  expect(told.stderr + told.stdout).toContain(
    "2 classes from 2 examples and the name of each class as 1 shot of text",
  );
  const [none] = lines(
    await run("adapt", "data.model", "--support", "support", "--label-shots", "0", "--out", "u", "--json"),
  );
  expect(none).toMatchObject({ examples: 2, labelShots: 0 });
  const predicted = lines(await run("predict", "t", "--input", join("data", "metadata.jsonl"), "--json"));
  expect(predicted).toHaveLength(all.length);
});

it.each([
  [
    ["--support-modalities", "smelt"],
    /option supportModalities: "smelt" is not among.*expected some of sensed, told/,
  ],
  [["--label-shots", "-1"], /--label-shots/],
])("evaluate refuses %s", async (flags, says) => {
  const { code, stderr } = await judge(...flags);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
});
