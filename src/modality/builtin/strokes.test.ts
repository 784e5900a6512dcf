import { describe, expect, it } from "vitest";
import type { Strokes } from "../strokes/types.js";
import { strokes } from "./strokes.js";

const embed = async (values: readonly unknown[]) =>
  strokes.embed(await Promise.all(values.map((value) => strokes.contents(value, "here"))));
const cosine = (x: Float32Array, y: Float32Array) =>
  x.reduce((sum, value, i) => sum + value * y[i], 0) / Math.hypot(...x) / Math.hypot(...y);

const cross: Strokes = [
  [
    [0, 0],
    [10, 10],
  ],
  [
    [10, 0],
    [0, 10],
  ],
];
const zigzag: Strokes = [
  [
    [0, 0],
    [10, 3],
    [0, 6],
    [10, 9],
  ],
];

describe("vectors of drawings", () => {
  it("have the declared lengths, and the same bytes whatever else is embedded", async () => {
    const drawings = [cross, zigzag, [[[5, 5]]]];
    const together = await embed(drawings);
    for (const [i, drawing] of drawings.entries()) {
      for (const { name, length } of strokes.encoders) {
        expect(together[i][name]).toHaveLength(length);
        expect(together[i][name].every(Number.isFinite)).toBe(true);
      }
      expect((await embed([drawing]))[0]).toEqual(together[i]);
    }
  });

  it("are alike for drawings of one shape", async () => {
    const shaken = cross.map((stroke) => stroke.map(([x, y]) => [x + 0.05 * y, y - 0.03 * x] as const));
    const [one, similar, other] = await embed([cross, shaken, zigzag]);
    for (const { name } of strokes.encoders)
      expect(cosine(one[name], similar[name])).toBeGreaterThan(cosine(one[name], other[name]) + 0.05);
  });

  it("of moved and scaled drawings are nearly equal", async () => {
    const moved = zigzag.map((stroke) => stroke.map(([x, y]) => [100 + 4 * x, 4 * y - 7] as const));
    const [one, other] = await embed([zigzag, moved]);
    for (const { name } of strokes.encoders) expect(cosine(one[name], other[name])).toBeGreaterThan(0.999);
  });
});

describe("contents", () => {
  it("are equal for the same drawing in another form", async () => {
    const objects = cross.map((stroke) => stroke.map(([x, y]) => ({ x, y })));
    expect((await strokes.contents(objects, "here")).bytes).toEqual(
      (await strokes.contents(cross, "here")).bytes,
    );
  });

  it.each([["a text"], [[]], [[[[1, Number.NaN]]]]])("are no drawing: %j", async (value) => {
    await expect(strokes.contents(value, "row 3")).rejects.toMatchObject({ code: "strokes/bad-value" });
  });
});
