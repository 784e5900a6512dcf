/** The check of licences finds what is not permissive, and the project passes it. */

import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkLicences, closureOf, encoderProblems, isPermissive } from "../licences.mjs";

it("finds no problem in this project", () => {
  const { problems, summary } = checkLicences(join(import.meta.dirname, ".."));
  expect(problems).toEqual([]);
  expect(summary.join("\n")).toContain("@audio/decode-aac (GPL-2.0): an optional peer");
});

it("reads licence expressions", () => {
  for (const licence of ["MIT", "(MIT OR GPL-2.0)", "Apache-2.0 AND MIT", "(MIT OR CC0-1.0)"])
    expect(isPermissive(licence)).toBe(true);
  for (const licence of ["GPL-2.0", "MIT AND LGPL-3.0-or-later", "CC-BY-NC-4.0", "SEE LICENSE IN x", ""])
    expect(isPermissive(licence)).toBe(false);
});

it("follows dependencies to where Node.js finds them", () => {
  const packages = {
    "node_modules/a": { dependencies: { b: "1" }, optionalDependencies: { c: "1" } },
    "node_modules/a/node_modules/b": { dependencies: { c: "1" } },
    "node_modules/b": {},
    "node_modules/c": {},
    "node_modules/d": {},
  };
  expect(closureOf(packages, ["a", "absent"])).toEqual([
    "node_modules/a",
    "node_modules/a/node_modules/b",
    "node_modules/c",
  ]);
});

it("finds encoder files that are unlisted, changed or not permissive", () => {
  const folder = mkdtempSync(join(tmpdir(), "metamodal-licences-"));
  const sha256 = createHash("sha256").update("weights").digest("hex");
  for (const file of ["good.onnx", "other.onnx", "unlisted.onnx"])
    writeFileSync(join(folder, file), file === "other.onnx" ? "changed" : "weights");
  const row = { licence: "MIT", sha256 };
  const manifest = {
    "good.onnx": row,
    "other.onnx": row,
    "closed.onnx": { ...row, licence: "CC-BY-NC-4.0" },
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  expect(encoderProblems(folder)).toEqual([
    "encoders/closed.onnx: its licence is CC-BY-NC-4.0",
    "encoders/other.onnx: its SHA-256 is not that of encoders/manifest.json",
    "encoders/unlisted.onnx: it is not in encoders/manifest.json",
  ]);
});
