import { describe, expect, it } from "vitest";
import { eager } from "../../../test/support/eager.js";
import { normals } from "../../../test/support/tiny.js";
import { type Arrays, float32 } from "../../base/array.js";
import { random } from "../../base/random.js";
import { prototypical } from "./prototypical.js";

const head = prototypical.create({} as never, "classification").head!;
const r = random(3, "prototypes");
const [width, way] = [3, 3];
const support = normals(r, [5, width]);
const query = normals(r, [2, width]);
/** Class 0 has one example, class 1 three, class 2 none; the last row is padding. */
const classes = [1, 0, 1, 1, -1];
const labels = float32(
  classes.flatMap((k) => [0, 1, 2].map((j) => Number(j === k))),
  [5, way],
);
const row = (data: ArrayLike<number>, i: number) => Array.from(data).slice(i * width, i * width + width);

describe("prototypical networks", () => {
  const [prototypes, logits] = eager(
    ((x: never, y: never, ones: never, q: never) => {
      const fitted = head.fit({}, x, { labels: y, mask: ones, classMask: ones });
      return [fitted, head.outputs({}, fitted, q)];
    }) as never,
    [support, labels, float32([1], [1]), query] as Arrays[],
    "float64",
  );

  it("a prototype is the mean of a class's examples, and 0 where it has none", () => {
    for (const k of [0, 1, 2])
      for (let d = 0; d < width; d++) {
        const own = classes.flatMap((label, i) => (label === k ? [row(support.data, i)[d]] : []));
        const mean = own.length ? own.reduce((a, b) => a + b) / own.length : 0;
        expect(prototypes[k * width + d]).toBeCloseTo(mean, 12);
      }
  });

  it("a logit is minus the squared distance, over √width", () => {
    for (const i of [0, 1])
      for (const k of [0, 1, 2]) {
        const squared = row(query.data, i).reduce(
          (sum, x, d) => sum + (x - prototypes[k * width + d]) ** 2,
          0,
        );
        expect(logits[i * way + k]).toBeCloseTo(-squared / Math.sqrt(width), 10);
      }
  });
});
