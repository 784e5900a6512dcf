/** One drawing in every form that is read, and what is ambiguous. */

import { describe, expect, it } from "vitest";
import { drawingOf, formOf } from "./forms.js";
import { isSvgPath, svgPathStrokes } from "./svg-path.js";

const drawing = [
  [
    [10, 20],
    [30, 40],
    [35, 41],
  ],
  [
    [5, 6],
    [7, 9],
  ],
];
const xs = (stroke: number[][]) => stroke.map(([x]) => x);
const ys = (stroke: number[][]) => stroke.map(([, y]) => y);
const offsets = drawing
  .flat()
  .map(([x, y], i, all) => [x - (all[i - 1]?.[0] ?? 0), y - (all[i - 1]?.[1] ?? 0)]);
const ends = [2, 4];

describe("drawings", () => {
  it.each<[string, unknown, "stroke-3" | "stroke-5" | undefined]>([
    ["points", drawing, undefined],
    ["points with time and pressure", drawing.map((s) => s.map(([x, y], i) => [x, y, i, 0.5])), undefined],
    ["lists of coordinates", drawing.map((s) => [xs(s), ys(s)]), undefined],
    ["objects of points", drawing.map((s) => s.map(([x, y], t) => ({ x, y, t }))), undefined],
    ["objects of lists", drawing.map((s) => ({ x: xs(s), y: ys(s), t: s.map((_, i) => i) })), undefined],
    [
      "a signature pad's groups",
      drawing.map((s) => ({ penColor: "black", points: s.map(([x, y]) => ({ x, y, time: 1 })) })),
      undefined,
    ],
    ["an object of strokes", { strokes: drawing }, undefined],
    ["offsets", offsets.map((d, i) => [...d, Number(ends.includes(i))]), "stroke-3"],
    [
      "offsets of three states",
      offsets.map((d, i) => [...d, Number(!ends.includes(i)), Number(ends.includes(i)), 0]),
      "stroke-5",
    ],
    ["SVG path data", "M 10 20 L30,40 35 41M5 6l2 3", undefined],
  ])("are read from %s", (_, value, format) => {
    expect(drawingOf(value, format)).toEqual(drawing);
  });

  it("of lists with times are not taken for points", () => {
    const timed = [
      [
        [1, 2, 9, 12, 15],
        [3, 4, 1, 0, 2],
        [0, 10, 20, 30, 40],
      ],
    ];
    expect(formOf(timed)).toBe("lists");
    expect(drawingOf(timed)).toEqual([
      [
        [1, 3],
        [2, 4],
        [9, 1],
        [12, 0],
        [15, 2],
      ],
    ]);
  });

  it("of two-point strokes alone are points, unless the format says lists", () => {
    const line = [
      [
        [4, 98],
        [3, 91],
      ],
    ];
    expect(formOf(line)).toBe("ambiguous");
    expect(drawingOf(line)).toEqual(line);
    expect(drawingOf(line, "lists")).toEqual([
      [
        [4, 3],
        [98, 91],
      ],
    ]);
    expect(
      formOf([
        ...line,
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ]),
    ).toBe("lists");
    expect(
      formOf([
        ...line,
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ]),
    ).toBe("other");
  });

  it.each<[string, unknown]>([
    ["nothing", []],
    ["an empty stroke", [[]]],
    ["words", [["a", "b"]]],
    [
      "infinite numbers",
      [
        [
          [1, Number.POSITIVE_INFINITY],
          [2, 3],
        ],
      ],
    ],
    ["uneven lists", { x: [1, 2], y: [1] }],
    ["text", "M is for mouse"],
  ])("are not read from %s", (_, value) => {
    expect(drawingOf(value)).toBeUndefined();
  });
});

describe("SVG path data", () => {
  it("knows paths from words", () => {
    for (const path of [
      "M10 10 L90 90",
      "m1,2 3,4z",
      "M.5.5h10v-3",
      "M10 80 C 40 10, 65 10, 95 80 S 150 150, 180 80",
    ])
      expect(isSvgPath(path)).toBe(true);
    for (const text of ["M", "Milk and 2 eggs", "M 5", "12 14", "Almost"])
      expect(isSvgPath(text)).toBe(false);
  });

  it("draws lines, closes, and moves relatively", () => {
    expect(svgPathStrokes("m10 10 h10 v10 h-10 z m 5 5 l 1 1")).toEqual([
      [
        [10, 10],
        [20, 10],
        [20, 20],
        [10, 20],
        [10, 10],
      ],
      [
        [15, 15],
        [16, 16],
      ],
    ]);
  });

  it("draws curves through their ends, and arcs on their circle", () => {
    const [curve] = svgPathStrokes("M0 0 C 0 10 10 10 10 0 S 20 -10 20 0 Q 25 5 30 0 T 40 0") ?? [];
    expect(curve).toHaveLength(1 + 4 * 16);
    for (const [i, x] of [
      [16, 10],
      [32, 20],
      [48, 30],
      [64, 40],
    ])
      expect(curve[i][0]).toBeCloseTo(x, 9);
    expect(curve[8]).toEqual([5, 7.5]);
    expect(curve[56][1]).toBeCloseTo(-2.5, 9);
    const [arc] = svgPathStrokes("M 10 0 A 10 10 0 0 1 0 10") ?? [];
    for (const [x, y] of arc) expect(Math.hypot(x, y)).toBeCloseTo(10, 9);
    const [flags] = svgPathStrokes("M10 0a10 10 0 01-10 10") ?? [];
    for (const [i, [x, y]] of flags.entries()) {
      expect(x).toBeCloseTo(arc[i][0], 9);
      expect(y).toBeCloseTo(arc[i][1], 9);
    }
  });

  it.each(["M 1", "M 1 2 L 3", "L 1 2", "M 1 2 A 1 1 0 2 1 3 4"])("is not read from %s", (path) => {
    expect(svgPathStrokes(path)).toBeUndefined();
  });
});
