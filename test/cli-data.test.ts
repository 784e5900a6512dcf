/** `metamodal data` as a user calls it: audit with and without --strict, import, inspect with a picture. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commandLine } from "./support/cli.js";
import { jsonl } from "./support/folders.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-cli-data-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);

beforeAll(() => {
  const rows = ["a", "b", "c", "d"].flatMap((label, k) =>
    [0, 1, 2].map((i) => ({
      id: `${label}${i}`,
      label,
      split: k < 2 ? "train" : "test",
      v: [k, i, k * i + 0.5],
    })),
  );
  mkdirSync(join(cwd, "clean"));
  writeFileSync(join(cwd, "clean/metadata.jsonl"), jsonl(...rows));
  mkdirSync(join(cwd, "leaky"));
  writeFileSync(
    join(cwd, "leaky/metadata.jsonl"),
    jsonl(...rows, { ...rows[0], id: "copy", label: "d", split: "test" }),
  );
  mkdirSync(join(cwd, "films"));
  writeFileSync(join(cwd, "films/ratings.csv"), "userId,movieId,rating,timestamp\n1,1,4.0,9\n2,1,5,9\n");
  writeFileSync(join(cwd, "films/movies.csv"), "movieId,title,genres\n1,Heat (1995),Action\n");
});

it("audits: --strict makes leakage a failure, whose findings are still told", async () => {
  const plain = await run("data", "audit", "leaky");
  expect({ ...plain, stdout: "" }).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(plain.stdout).toMatch(/^leaky, 13 rows: 1 error, /);
  expect(plain.stdout).toMatch(
    /^error {2}duplicates: 1 value of "v" in more than one split \(leakage\)\n {2}a0 \(train, "a"\) = copy/m,
  );
  const strict = await run("data", "audit", "leaky", "--strict", "--json");
  expect(strict.code).toBe(1);
  expect(strict.stderr).toMatch(/leaky: leakage was found; .*leave out --strict/);
  const { leakage, findings } = JSON.parse(strict.stdout);
  expect(leakage).toBe(true);
  expect(findings[0]).toMatchObject({
    check: "duplicates",
    severity: "error",
    evidence: [{ ids: ["a0", "copy"] }],
  });
  expect((await run("data", "audit", "clean", "--strict")).code).toBe(0);
});

it("imports what it then inspects, and draws it", async () => {
  const imported = await run("data", "import", "movielens", "films", "--out", "rated");
  expect(imported).toEqual({
    code: 0,
    stdout: "data  rated: 2 rows, users: unsplit 2\nnext  metamodal train rated\n",
    stderr: "",
  });
  const { code, stdout } = await run("data", "inspect", "rated", "--picture", "sheet.png");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^movielens, 2 rows, targets from 4 to 5, 2 groups, licence GroupLens/);
  expect(stdout).toMatch(/^picture {2}sheet\.png$/m);
  expect(readFileSync(join(cwd, "sheet.png")).subarray(1, 4).toString()).toBe("PNG");
  const again = await run("data", "import", "movielens", "films", "--out", "rated");
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/rated: there is something already/);
  expect((await run("data", "import", "movielens", "clean", "--out", "no")).stderr).toMatch(
    /neither ratings\.csv nor u\.data/,
  );
  expect(existsSync(join(cwd, "no"))).toBe(false);
});
