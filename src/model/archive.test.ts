/** Archives of models: what Node reads of a page's file. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { metaTrain } from "../index.js";
import { encodeArchive } from "./archive.js";
import { loadModel, modelOfArchive } from "./load.js";

const folder = mkdtempSync(join(tmpdir(), "metamodal-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = tinyDataset();
const model = await metaTrain({ data, width: 8, withUnimodal: true, train: { steps: 1 } }).model();
const bytes = encodeArchive(model.files());

const codeOf = (read: Promise<unknown>) => read.then(String, (error: { code?: string }) => error.code);
const path = (name: string, contents: Uint8Array) => {
  const file = join(folder, name);
  writeFileSync(file, contents);
  return file;
};

it("is read as the folder is, with the models of single modalities", async () => {
  const read = await loadModel(path("whole.model", bytes));
  expect(read.card).toEqual(model.card);
  expect(read.hash).toBe(model.hash);
  expect(Object.keys(read.alone)).toEqual(Object.keys(model.alone));
  expect(encodeArchive(read.files())).toEqual(bytes);
  expect((await modelOfArchive(bytes, "bytes")).hash).toBe(model.hash);
});

it("is refused if it is cut, changed, or of something else", async () => {
  const { "model.safetensors": _, ...card } = model.files();
  const changed = encodeArchive({ ...model.files(), "model.safetensors": new Uint8Array(8) });
  const codes = [
    await codeOf(loadModel(path("cut", bytes.subarray(0, bytes.length / 2)))),
    await codeOf(loadModel(path("card", encodeArchive(card)))),
    await codeOf(loadModel(path("changed", changed))),
    await codeOf(loadModel(path("other", encodeArchive({ "task.json": "{}" })))),
    await codeOf(loadModel(path("text", new TextEncoder().encode("not an archive")))),
  ];
  expect(codes).toEqual([
    "data/bad-zip",
    "model/missing-file",
    "model/damaged",
    "model/missing-file",
    "data/bad-zip",
  ]);
});
