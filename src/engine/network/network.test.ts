/** Networks of the built-in encoders in WebAssembly: their outputs are those of ONNX Runtime. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.js";
import { dequantised } from "../run/dequantise.js";
import { ForeignModel } from "../run/foreign.js";
import type { Feed } from "../run/ports.js";
import { openNetwork } from "./index.js";

/** Largest difference between outputs, relative to the largest of them. */
const TOLERANCE = 1e-4;

const bytesOf = (name: string) => readFileSync(new URL(`../../../encoders/${name}.onnx`, import.meta.url));
const floats = (name: string, shape: number[]): Feed => {
  const r = random(1, name);
  const size = shape.reduce((a, b) => a * b, 1);
  return { type: "float32", shape, data: Float32Array.from({ length: size }, () => r.normal()) };
};

const cases: Record<string, { feeds: Record<string, Feed>; output: string }> = {
  image: { feeds: { pixels: floats("pixels", [2, 3, 160, 160]) }, output: "embedding" },
  audio: { feeds: { levels: floats("levels", [1, 1, 100, 32]) }, output: "windows" },
  strokes: { feeds: { strokes: floats("strokes", [3, 5, 64]) }, output: "embedding" },
  text: {
    feeds: {
      ids: {
        type: "int64",
        shape: [2, 7],
        data: BigInt64Array.from([5, 900, 17, 3, 8001, 0, 0, 9, 44, 1, 2, 3, 4, 5], BigInt),
      },
      mask: {
        type: "float32",
        shape: [2, 7],
        data: Float32Array.of(1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1),
      },
    },
    output: "embedding",
  },
};

describe("a network in WebAssembly", () => {
  for (const [name, { feeds, output }] of Object.entries(cases))
    it(`has the outputs of ONNX Runtime: ${name}`, async () => {
      const bytes = new Uint8Array(bytesOf(name));
      const network = await openNetwork(bytes);
      const reference = await ForeignModel.open(dequantised(bytes));
      const expected = await reference.run(feeds, output);
      const { [output]: actual } = await network.run(feeds);
      reference.release();
      expect(actual.shape).toEqual(expected.shape);
      const scale = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = actual.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - expected.data[i])),
        0,
      );
      expect(error / scale).toBeLessThan(TOLERANCE);
    });

  it("refuses feeds that do not fit, and files that are no network", async () => {
    const network = await openNetwork(new Uint8Array(bytesOf("strokes")));
    await expect(network.run({})).rejects.toThrow("the input strokes is missing");
    await expect(network.run({ strokes: floats("strokes", [1, 5, 63]) })).rejects.toThrow(
      "float32[1,5,63], not float32[batch,5,64]",
    );
    await expect(openNetwork(Uint8Array.of(1, 2, 3))).rejects.toThrow();
  });
});
