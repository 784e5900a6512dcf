/** How the episodes of a step are run follows from shapes. */

import { describe, expect, it } from "vitest";
import { planFor } from "./plan.js";

const image = { kind: "image", shape: [1, 28, 28] } as const;
const vector = { kind: "vector", shape: [1] } as const;

describe("the plan", () => {
  it("gives an episode of a convolution network its own program, and maps over little ones", () => {
    expect(planFor(112_000, [image], 80, 32)).toEqual({ kind: "task-parallel", chunk: 1 });
    expect(planFor(112_000, [vector, image], 80, 32)).toEqual({ kind: "task-parallel", chunk: 1 });
    expect(planFor(1761, [vector], 20, 25)).toEqual({ kind: "vmap", chunk: 25 });
    expect(planFor(66_000, [vector], 100, 32)).toEqual({ kind: "vmap", chunk: 8 });
    expect(planFor(1761, [vector], 20, 1)).toEqual({ kind: "alone", chunk: 1 });
  });
});
