/** The arithmetic of the benchmark: clock, ranking, cost, options, table. */

import { describe, expect, it } from "vitest";
import { median, secondsPerUnit } from "./clock.js";
import { conv4, forward, gradient, linear, secondOrder } from "./flops.js";
import { parseOptions, UsageError } from "./options.js";
import { candidates, compare, isHalfPrecision, isHeroic, type PeerRounds } from "./ranking.js";

const peer = (impl: string, perSecond: number[], workload = "W1"): PeerRounds => ({
  row: { workload, impl, alloc: "tuned", torch: "2" },
  perSecond,
  peakMB: 100,
});
const row = (impl: string, workload = "W1") => peer(impl, [], workload).row;

describe("the clock", () => {
  it("takes the median, of an even number too", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("warms up, and then takes the median block", async () => {
    let time = 0;
    let units = 0;
    const next = async () => {
      time += ++units <= 4 ? 10 : units % 5 === 0 ? 3 : 0.5;
    };
    expect(await secondsPerUnit({ next }, 4, () => time)).toBe(0.5);
  });
});

describe("the ranking", () => {
  it("tells usual from heroic", () => {
    expect(["hybrid", "hybrid_2proc", "cl_2proc"].every((impl) => isHeroic(row(impl)))).toBe(true);
    expect(["l2l", "cl", "vmap", "compile"].some((impl) => isHeroic(row(impl)))).toBe(false);
    expect(isHeroic(row("compile", "W6s1"))).toBe(true);
    expect(isHalfPrecision(row("compile_bf16"))).toBe(true);
  });

  it("goes on with those near the best usual or the best of all", () => {
    const peers = [peer("cl", [10]), peer("loop", [9]), peer("vmap", [5]), peer("hybrid", [20])];
    expect(candidates(peers).map(({ impl }) => impl)).toEqual(["cl", "loop", "hybrid"]);
  });

  it("compares round by round with the best of both kinds", () => {
    const peers = [peer("cl", [10, 20]), peer("hybrid", [20, 40]), peer("loop", [12])];
    const { usual, heroic } = compare([20, 30], peers);
    expect(usual).toMatchObject({ ratio: 1.75, spread: [1.5, 2], peer: "cl (tuned)" });
    expect(heroic).toMatchObject({ ratio: 0.875, peer: "hybrid (tuned)" });
    expect(compare([20], [])).toEqual({ usual: undefined, heroic: undefined });
  });
});

describe("the cost", () => {
  it("counts two operations a multiplication, and passes over it", () => {
    const layer = linear(2, 3, 5);
    expect(layer).toMatchObject({ flops: 60, bytes: 4 * (6 + 15 + 10) });
    expect(gradient([layer]).flops).toBe(180);
    expect(secondOrder([layer]).flops).toBe(540);
    expect(gradient([linear(2, 3, 5, true)]).flops).toBe(120);
    expect(secondOrder([linear(2, 3, 5, true)]).flops).toBe(240);
  });

  it("of Conv4-64 on 28×28 is 19.6 million operations an image", () => {
    expect(forward(conv4(1)).flops).toBe(2 * 9 * 64 * (784 + 64 * (196 + 49 + 9)));
  });
});

describe("the options", () => {
  const parse = (...args: string[]) => parseOptions(args, ["W1", "W6s1", "W6s5"], 2);

  it("have defaults; a run of everything is saved", () => {
    expect(parse()).toMatchObject({ only: [], rounds: 3, threads: 2, peers: true, json: false, save: true });
    expect(parse("--only", "W6,W1", "--json")).toMatchObject({ only: ["W6", "W1"], json: true, save: false });
    expect(parse("--help")).toBeUndefined();
  });

  it.each([
    ["--only", "W7"],
    ["--rounds", "0"],
    ["--budget", "-1"],
    ["--what"],
    ["W1"],
  ])("refuse %s %s", (...args) => {
    expect(() => parse(...args.filter(Boolean))).toThrow(UsageError);
  });
});
