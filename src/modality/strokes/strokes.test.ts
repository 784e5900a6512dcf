import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strokes } from "./strokes.js";
import type { Strokes } from "./types.js";

const plan = (points: number) => strokes.plan([], { points }, "dataset.json, modalities.strokes");
const encode = async (drawing: unknown, points = 64) =>
  strokes.encode(drawing, await plan(points), 'metadata.jsonl:3, field "strokes"');

const coordinate = fc.integer({ min: -50, max: 50 });
const drawings: fc.Arbitrary<Strokes> = fc.array(
  fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 }),
  { minLength: 1, maxLength: 6 },
);
const channel = (array: Float32Array, c: number) => [
  ...array.subarray((c * array.length) / 5, ((c + 1) * array.length) / 5),
];

describe("strokes", () => {
  it("plans 64 points unless told otherwise and refuses unknown options", async () => {
    expect(await strokes.plan([], {}, "x")).toEqual({ kind: "strokes", shape: [5, 64] });
    await expect(strokes.plan([], { point: 3 }, "dataset.json, modalities.pen")).rejects.toThrow(
      /^dataset\.json, modalities\.pen.*point.*only the options points/,
    );
    await expect(plan(1)).rejects.toThrow(
      "dataset.json, modalities.strokes.points: the value is 1; expected a whole number from 2 to 4096. Correct",
    );
  });

  it("resamples a line to equal steps in the unit box", async () => {
    const array = await encode(
      [
        [
          [0, 0],
          [1, 0],
          [8, 0],
        ],
      ],
      5,
    );
    expect(channel(array, 0)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(channel(array, 1)).toEqual([0, 0, 0, 0, 0]);
    expect(channel(array, 2)).toEqual([1, 1, 1, 1, 1]);
    expect(channel(array, 3)).toEqual([0, 0, 0, 0, 0]);
    expect(channel(array, 4)).toEqual([1, 0, 0, 0, 0]);
  });

  it("shares points among strokes by length, in drawing order, and never steps across a gap", async () => {
    const array = await encode(
      [
        [
          [0, 0],
          [30, 0],
        ],
        [
          [30, 10],
          [0, 10],
        ],
        [[15, 5]],
      ],
      9,
    );
    expect(channel(array, 4)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(channel(array, 2).map((v) => Math.round(v * 1e5) / 1e5)).toEqual([1, 1, 1, 1, -1, -1, -1, -1, 0]);
    expect(channel(array, 0).at(-1)).toBeCloseTo(0);
  });

  it("handles dots, and keeps the longest strokes when there are more than points", async () => {
    const dot = await encode([[[7, 9]]], 4);
    expect([...dot]).toEqual([...Array(16).fill(0), 1, 0, 0, 0]);
    const many: Strokes = Array.from({ length: 10 }, (_, i) => [
      [i, 0],
      [i, i],
    ]);
    const array = await encode(many, 3);
    expect(channel(array, 4)).toEqual([1, 1, 1]);
    const x = channel(array, 0);
    expect(x[0]).toBeLessThan(x[1]);
    expect(x[2]).toBeCloseTo(1);
  });

  it("is finite, bounded, and starts one run of points a stroke", () =>
    fc.assert(
      fc.asyncProperty(drawings, fc.integer({ min: 2, max: 40 }), async (drawing, points) => {
        const array = await encode(drawing, points);
        expect(array.every(Number.isFinite)).toBe(true);
        for (const value of [...channel(array, 0), ...channel(array, 1)])
          expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6);
        const starts = channel(array, 4).reduce((a, b) => a + b);
        expect(starts).toBe(Math.min(points, drawing.length));
      }),
    ));

  it("does not change when the drawing is moved or scaled", () =>
    fc.assert(
      fc.asyncProperty(
        drawings,
        coordinate,
        coordinate,
        fc.constantFrom(0.1, 3, 8),
        async (drawing, u, v, scale) => {
          const moved = drawing.map((stroke) =>
            stroke.map(([x, y]): [number, number] => [x * scale + u, y * scale + v]),
          );
          const [a, b] = [await encode(drawing, 24), await encode(moved, 24)];
          for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 4);
        },
      ),
    ));

  it.each([
    ["a string", "ab", /a value of type string is not a list of strokes/],
    ["no stroke", [], /the drawing has no stroke/],
    ["an empty stroke", [[[0, 0]], []], /stroke 1 has no point/],
    ["a flat list", [[1, 2]], /stroke 0, point 0 is 1/],
    [
      "null",
      [
        [
          [0, 0],
          [1, null],
        ],
      ],
      /stroke 0, point 1 is \[1,null\]/,
    ],
    ["NaN", [[[0, Number.NaN]]], /stroke 0, point 0 is \[0,NaN\]/],
    ["1e400", [[[1, -Infinity]]], /stroke 0, point 0 is \[1,-Infinity\]/],
    ["three numbers", [[[0, 1, 2]]], /stroke 0, point 0 is \[0,1,2\]/],
    ["strings", [[["0", "1"]]], /stroke 0, point 0/],
  ])("refuses %s", async (_name, value, message) => {
    const attempt = encode(value);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(/^metadata\.jsonl:3, field "strokes": .*; expected .*\. Correct/);
    await expect(attempt).rejects.toMatchObject({ code: "strokes/bad-value", exitCode: 2 });
  });
});
