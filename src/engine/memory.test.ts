/** Programs that need much memory: refused, or open on fewer threads. */

import { describe, expect, it } from "vitest";
import { np, type Tensor } from "./index.js";
import { Engine } from "./run/engine.js";
import { type Loadable, threadsWithin } from "./run/loadable.js";

const fused = new Engine({ threads: 1 }, { fuse: true });

describe("a program that needs much memory", () => {
  const large = (side: number) => ({ dtype: "float32" as const, shape: [side, side] });

  it("is refused if it needs more than can be addressed", () => {
    const fn = (x: Tensor) => np.sum(np.sin(x).mul(x));
    expect(() => fused.compile(fn as never, [large(40_000)])).toThrow(/GB; expected at most 4 GB/);
  });

  it("is open on as many threads as fit the budget, at least one", () => {
    const { fused: program } = fused.compile(((x: Tensor) => np.sum(x.mul(x))) as never, [large(1000)]);
    const member = {
      key: "",
      device: "cpu",
      source: { kind: "fused", program, thread: 0 },
    } as unknown as Loadable;
    expect(threadsWithin(13e6, [member])).toBe(3);
    expect(threadsWithin(1e6, [member])).toBe(1);
    expect(threadsWithin(1e6, [member, member])).toBe(2);
  });
});
