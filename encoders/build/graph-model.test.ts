import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readGraphConstants } from "./graph-model.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graph-model-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = Buffer.concat(
  [Int32Array.of(7), Float32Array.of(1, 2, 3, 4.5)].map((a) => Buffer.from(a.buffer)),
);

/** Write a graph model whose constants are split between two files in the middle of a number. */
function write(weights: object[], data = bytes) {
  writeFileSync(join(folder, "a"), data.subarray(0, 6));
  writeFileSync(join(folder, "b"), data.subarray(6));
  writeFileSync(
    join(folder, "model.json"),
    JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: ["a", "b"], weights }] }),
  );
}

const weights = [
  { name: "size", dtype: "int32", shape: [] },
  { name: "kernel", dtype: "float32", shape: [2, 2] },
];

it("reads float32 constants that continue from file to file", () => {
  write(weights);
  const constants = readGraphConstants(folder);
  expect([...constants.keys()]).toEqual(["kernel"]);
  expect(constants.get("kernel")).toEqual({ shape: [2, 2], values: Float32Array.of(1, 2, 3, 4.5) });
});

it("refuses what it cannot read", () => {
  write([{ ...weights[0], quantization: { dtype: "uint8" } }, weights[1]]);
  expect(() => readGraphConstants(folder)).toThrow("the constant size is not plain float32 or int32");
  write([{ ...weights[0], dtype: "string" }, weights[1]]);
  expect(() => readGraphConstants(folder)).toThrow("size is not plain");
  write(weights, Buffer.concat([bytes, Buffer.alloc(4)]));
  expect(() => readGraphConstants(folder)).toThrow("the constants have 20 bytes, their files have 24");
});
