/** Every command that writes, given paths that nothing may be written to: one message, and nothing changes. */

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commandLine } from "./support/cli.js";
import { jsonl } from "./support/folders.js";
import { forbidden, preciousTree, snapshot } from "./support/precious.js";

const { top, here } = preciousTree();
const inputs = mkdtempSync(join(tmpdir(), "metamodal-inputs-"));
afterAll(() => {
  for (const path of [top, inputs]) rmSync(path, { recursive: true });
});
const run = commandLine(here);
const at = (name: string) => join(inputs, name);
const tiny = ["--way", "3", "--steps", "1", "--threads", "1", "--set", "width=4"];

beforeAll(async () => {
  const rows = Array.from({ length: 48 }, (_, i) => ({ label: `k${i % 12}`, v: [i % 12, i % 5, 1] }));
  mkdirSync(at("data"));
  writeFileSync(at("data/metadata.jsonl"), jsonl(...rows));
  mkdirSync(at("films"));
  writeFileSync(at("films/ratings.csv"), "userId,movieId,rating,timestamp\n1,1,4.0,9\n2,1,5,9\n");
  writeFileSync(at("films/movies.csv"), "movieId,title,genres\n1,Heat (1995),Action\n");
  expect((await run("train", at("data"), "--out", at("m.model"), ...tiny)).code).toBe(0);
});

/** Commands that write, by the path that they write to. */
const commands: Record<string, (path: string) => string[]> = {
  train: (path) => ["train", at("data"), "--out", path, ...tiny],
  adapt: (path) => ["adapt", at("m.model"), "--support", at("data"), "--out", path],
  compare: (path) => ["compare", at("data"), "--learners", "prototypical", "--out", path, ...tiny],
  "data import": (path) => ["data", "import", "movielens", at("films"), "--out", path],
  "data inspect": (path) => ["data", "inspect", at("data"), "--picture", path && `${path}/photo.png`],
  transfer: (path) => ["transfer", at("data"), "--steps", "1", "--picture", path && `${path}/photo.svg`],
};

const cases = Object.keys(commands).flatMap((name) => forbidden.map((path) => [name, path] as const));

it.each(cases)("%s refuses %j", async (name, path) => {
  const before = [snapshot(top), snapshot(inputs)];
  const { code, stdout, stderr } = await run(...commands[name](path.replace("~HERE~", here)));
  expect(stderr).toMatch(/^error: [^\n]+; expected [^\n]+\. [^\n]+\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect([snapshot(top), snapshot(inputs)]).toEqual(before);
});

it("refuses a run folder that holds more than a run, and one that is the current folder", async () => {
  rmSync(join(here, "mixed"), { recursive: true });
  const before = snapshot(top);
  const { code, stderr } = await run(...commands.train("mixed"));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: mixed\.run: it holds notes\.txt, which metamodal did not write/),
  });
  expect(snapshot(top)).toEqual(before);
});

it("replaces the model that it started from, and no model by its task", async () => {
  cpSync(at("m.model"), at("own.model"), { recursive: true });
  const from = ["--from", at("own.model")];
  const first = await run("train", at("data"), "--out", at("own.model"), ...from, ...tiny);
  expect({ code: first.code, stderr: first.stderr.includes("error") }).toEqual({ code: 0, stderr: false });
  const before = snapshot(inputs);
  const adapted = await run("adapt", at("own.model"), "--support", at("data"), "--out", at("own.model"));
  expect(adapted.code).toBe(2);
  expect(snapshot(inputs)).toEqual(before);
});

it("names what else is in a model folder, and replaces only pictures of its own", async () => {
  cpSync(at("m.model"), at("noted.model"), { recursive: true });
  writeFileSync(at("noted.model/notes.txt"), "notes");
  const { stderr } = await run(...commands.train(at("noted.model")));
  expect(stderr).toContain("it holds notes.txt, which metamodal did not write there");
  for (const picture of ["sheet.png", "sheet.svg"])
    for (const _ of [1, 2])
      expect((await run("data", "inspect", at("data"), "--picture", at(picture))).code).toBe(0);
});
