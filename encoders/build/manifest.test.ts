/** The manifest states what is in the folder `encoders`. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folders } from "../../test/support/folders.js";
import { entriesOf, readManifest, updateManifest } from "./manifest.js";
import { sources } from "./sources.js";

const make = folders();
const MAX_BYTES = 12e6;

it("lists every file of weights with its size, digest and licence; together they are at most 12 MB", () => {
  const manifest = readManifest("encoders");
  const weights = readdirSync("encoders").filter(
    (file) => file !== "manifest.json" && !/\.md$|^NOTICE$/.test(file),
  );
  expect(weights.filter((file) => file !== "build" && file !== "licences")).toEqual(Object.keys(manifest));
  for (const [file, { bytes, sha256, licence }] of Object.entries(manifest)) {
    const contents = readFileSync(join("encoders", file));
    expect(contents.length).toBe(bytes);
    expect(createHash("sha256").update(contents).digest("hex")).toBe(sha256);
    expect(licence).toMatch(/^(Apache-2\.0|MIT|CC-BY-4\.0|CC0-1\.0)$/);
  }
  expect(Object.values(manifest).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MAX_BYTES);
});

it("keeps the entries of other files, in the order of their names", () => {
  const folder = make({});
  const [source] = sources;
  updateManifest(folder, entriesOf({ ...source, name: "b" }, { "b.onnx": Uint8Array.of(1) }));
  updateManifest(folder, entriesOf({ ...source, name: "a" }, { "a.onnx": Uint8Array.of(2) }));
  updateManifest(folder, entriesOf({ ...source, name: "b" }, { "b.onnx": Uint8Array.of(1, 2) }));
  expect(Object.keys(readManifest(folder))).toEqual(["a.onnx", "b.onnx"]);
  expect(readManifest(folder)["b.onnx"]).toMatchObject({ bytes: 2, rebuild: "npm run encoders -- b" });
});
