import { describe, expect, it } from "vitest";
import { conv4, forward, gradient, linear, secondOrder } from "./flops.js";

describe("the cost", () => {
  it("counts two operations per multiply-add, and the passes of gradients", () => {
    const layer = linear(2, 3, 5);
    expect(layer).toMatchObject({ flops: 60, bytes: 4 * (6 + 15 + 10) });
    expect(gradient([layer]).flops).toBe(180);
    expect(secondOrder([layer]).flops).toBe(540);
    expect(gradient([linear(2, 3, 5, true)]).flops).toBe(120);
    expect(secondOrder([linear(2, 3, 5, true)]).flops).toBe(240);
  });

  it("of Conv4-64 on 28×28 is 19.6 million operations per image", () => {
    expect(forward(conv4(1)).flops).toBe(2 * 9 * 64 * (784 + 64 * (196 + 49 + 9)));
  });
});
