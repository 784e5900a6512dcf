/** Whatever a path is written like: nothing outside what is written changes, and all of it is written or nothing. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../src/base/errors.js";
import { resolvePlace } from "../src/base/place.js";
import { writeFolder } from "../src/base/write.js";
import { pictureFor, placeFor } from "../src/cli/place.js";
import { comparisonPlace, startResults } from "../src/compare/results.js";
import { writeNewFolder } from "../src/data/import/write.js";
import { placeOf, saveFolder } from "../src/model/folder.js";
import { RunFolder } from "../src/runs/run-folder.js";
import { forbidden, parts, preciousTree, snapshot } from "./support/precious.js";

const context = { code: "test/path", where: "a path", remedy: "Choose another." };
const before = { cwd: process.cwd(), HOME: process.env.HOME };
let [top, here] = ["", ""];

function enter(): void {
  ({ top, here } = preciousTree());
  process.chdir(here);
  process.env.HOME = join(top, "a/b/c/d/e");
}
function leave(): void {
  process.chdir(before.cwd);
  process.env.HOME = before.HOME;
  rmSync(top, { recursive: true });
}
beforeEach(enter);
afterEach(leave);

/** Everything that writes, by a path. */
const writers: Record<string, (path: string) => Promise<void>> = {
  "model.save": (path) =>
    saveFolder(path, "model", { "model.json": '{"format":"metamodal-model"}', "model.safetensors": "new" }),
  "task.save": (path) => saveFolder(path, "task", { "task.json": '{"format":"metamodal-task"}' }),
  async "train --out"(path) {
    const out = placeFor(path, "model");
    const run = new RunFolder(`${out.path}.run`);
    run.open(false);
    try {
      run.append({ type: "start" });
      await saveFolder(out.path, "model", { "model.json": '{"format":"metamodal-model"}' });
    } finally {
      run.close();
    }
  },
  async "a run"(path) {
    const run = new RunFolder(path);
    run.open(false);
    run.append({ type: "start" });
    run.close();
  },
  "an import": (path) => writeNewFolder(path, [["metadata.jsonl", "new"]]),
  compare: async (path) => startResults(comparisonPlace(path), { digest: "d", trainSeconds: null }, []),
  picture: async (path) => pictureFor(path && `${path}/photo.svg`).write("<svg/>"),
  "picture as PNG": async (path) =>
    pictureFor(path && `${path}/photo.png`).write(
      '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
    ),
};

/** The folders that a writer may replace or make: a model's place, and the run's beside it. */
const mayChange = (name: string, path: string) => {
  const model = relative(top, path);
  const places = [model, `${model}.run`];
  return places.some((place) => name === place || name.startsWith(place + sep));
};

/** Check one path; true if it was refused. */
async function check(write: (path: string) => Promise<void>, path: string): Promise<boolean> {
  const old = snapshot(top);
  const failure = await write(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  const now = snapshot(top);
  if (failure !== undefined) {
    expect(failure).toBeInstanceOf(InputError);
    expect(now).toEqual(old);
    return true;
  }
  const resolved = resolvePlace(path, context);
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  const changed = [...names].filter((name) => old[name] !== now[name] && !mayChange(name, resolved));
  // Folders above what is new are made.
  const above = changed.filter((name) => old[name] === undefined && now[name] === "folder");
  expect(changed.filter((name) => !above.includes(name))).toEqual([]);
  for (const name of above) expect(resolved.startsWith(join(top, name))).toBe(true);
  const replaced = Object.keys(old).filter((name) => old[name] !== now[name]);
  expect(replaced.filter((name) => !relative(here, join(top, name)).startsWith("m.model"))).toEqual([]);
  return false;
}

const spelling = fc
  .tuple(
    fc.constantFrom("", "./", "~HERE~/"),
    fc.array(fc.constantFrom(...parts), { maxLength: 6 }),
    fc.constantFrom("", "/", "//", "/."),
  )
  .map(([start, names, end]) => start + names.join("/") + end);

describe.each(Object.entries(writers))("%s", (name, write) => {
  it("changes nothing but what it writes, by any spelling of a path", async () => {
    const property = fc.asyncProperty(spelling, async (text) => {
      const path = text.replace("~HERE~", here);
      // `//x` from an empty start is a path from the root, which is not to be tried.
      fc.pre(!path.startsWith("/") || path.startsWith(here));
      if (await check(write, path)) return;
      leave();
      enter();
    });
    await fc.assert(property, { numRuns: 100, endOnFailure: true });
  });

  it.each(forbidden)("refuses %j", async (text) => {
    const path = text.replace("~HERE~", here);
    const old = snapshot(top);
    await expect(write(path)).rejects.toThrow(InputError);
    expect(snapshot(top)).toEqual(old);
  });

  it("refuses the home folder and what holds it, empty or not", async () => {
    const home = join(top, "empty-home");
    process.env.HOME = home;
    mkdirSync(home);
    if (!name.startsWith("picture")) await expect(write(home)).rejects.toThrow(InputError);
    await expect(write("a\0b")).rejects.toThrow(/NUL/);
  });
});

describe("a path", () => {
  const resolved = (path: string) => relative(here, resolvePlace(path, context));

  it("follows links before it goes up, and takes away what does not exist", () => {
    expect(resolved("link/../x")).toBe(join("..", "outside", "x"));
    expect(resolved("new/../x")).toBe("x");
    expect(resolved("to-model/")).toBe("m.model");
    expect(resolved("new/..")).toBe("");
    expect(() => resolved("dangling")).toThrow(/the link .*dangling points to nothing/);
    expect(() => resolved("loop/x")).toThrow(/circle/);
    expect(() => resolved("file.txt/..")).toThrow(/file\.txt is no folder/);
    expect(() => resolved("n".repeat(300))).toThrow(/too long/);
  });
});

describe("what is interrupted", () => {
  it("leaves the old folder whole, and nothing else", async () => {
    const old = snapshot(top);
    const torn = async function* (): AsyncGenerator<[string, string]> {
      yield ["model.json", "half"];
      throw new Error("the disk is full");
    };
    for (const path of ["m.model", "new/er/m.model"]) {
      const place = () => placeOf(path, "model", context);
      await expect(writeFolder(place, torn())).rejects.toThrow("full");
      expect(snapshot(top)).toEqual(old);
    }
  });

  it("leaves what came into the folder while the new one was written", async () => {
    const late = async function* (): AsyncGenerator<[string, string]> {
      yield ["model.json", "new"];
      writeFileSync("m.model/notes.txt", "late");
    };
    const place = () => placeOf("m.model", "model", context);
    await expect(writeFolder(place, late())).rejects.toThrow(/it holds notes\.txt, which metamodal did not/);
    expect(snapshot("m.model")["model.safetensors"]).toBe("file of weights");
  });
});
