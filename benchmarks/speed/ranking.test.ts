/** The arithmetic of the benchmark: clock, ranking, workloads, growth, table, cost, options. */

import { describe, expect, it } from "vitest";
import { conv4, forward, gradient, linear, secondOrder } from "./flops.js";
import { FACTORS, type Times } from "./linear.js";
import { exponentOf, linearPicture } from "./linear-plot.js";
import { parseOptions, UsageError } from "./options.js";
import { candidates, compare, isHalfPrecision, isHeroic, nearBest, type PeerRounds } from "./ranking.js";
import { table } from "./report.js";
import { median, secondsPerUnit, waitShare } from "./timing.js";
import { workloads } from "./workloads/index.js";

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

describe("the wait for data", () => {
  it("is the share of the time after warming up", async () => {
    let [time, waited] = [0, 0];
    const next = async () => {
      time += 1;
      waited += time <= 3 ? 0.9 : 0.25;
    };
    expect(await waitShare({ next, waited: () => waited }, 10, () => time)).toBeCloseTo(0.25, 9);
  });
});

describe("the ranking", () => {
  it("tells usual from heroic", () => {
    expect(["hybrid", "hybrid_2proc", "cl_2proc"].every((impl) => isHeroic(row(impl)))).toBe(true);
    expect(["l2l", "cl", "vmap", "compile"].some((impl) => isHeroic(row(impl)))).toBe(false);
    expect(["bmm", "compile", "vmap"].map((impl) => isHeroic(row(impl, "W6s1")))).toEqual([
      true,
      true,
      false,
    ]);
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

describe("the rows near the best", () => {
  const rows = [row("cl"), row("loop"), row("vmap"), row("hybrid"), row("cl", "W2"), row("eager", "W10")];
  const earlier = (id: string, rates: Record<string, number>) => ({
    id,
    peers: Object.entries(rates).map(([impl, perSecond]) => ({
      name: `${impl} (tuned)`,
      perSecond,
      peakMB: 1,
    })),
  });

  it("are those of an earlier run; all where that has none", () => {
    const workloads = [earlier("W1", { cl: 10, loop: 9, vmap: 5, hybrid: 20 }), earlier("W10", {})];
    const names = nearBest(rows, { workloads }).map(({ workload, impl }) => `${workload} ${impl}`);
    expect(names).toEqual(["W1 cl", "W1 loop", "W1 hybrid", "W2 cl", "W10 eager"]);
  });
});

describe("the workloads", () => {
  it("are in the order of their numbers, none twice", () => {
    const ids = workloads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbers = ids.map((id) => Number(/\d+/.exec(id)![0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("are measured on one thread too at W1 to W4, and on decoded pictures at W1 to W7", () => {
    const of = (has: (workload: (typeof workloads)[number]) => unknown) =>
      workloads.filter(has).map(({ id }) => id);
    expect(of(({ scales }) => scales)).toEqual(["W1", "W2", "W3", "W4", "W4sgd"]);
    expect(of(({ startOnPictures }) => startOnPictures)).toEqual(
      of(({ id }) => Number(/\d+/.exec(id)![0]) <= 7),
    );
  });
});

describe("the growth of time", () => {
  const times: Times = {
    "meta-batch": [1, 2, 4, 8],
    "inner steps": [1, 1.8, 3.4, 6.6],
    ways: [1, 2 ** 1.1, 4 ** 1.1, 8 ** 1.1],
    queries: [1, 1, 1, 1],
  };

  it("is a power that is fitted in logarithms", () => {
    expect(exponentOf(FACTORS, times["meta-batch"])).toBeCloseTo(1, 9);
    expect(exponentOf(FACTORS, times.ways)).toBeCloseTo(1.1, 9);
    expect(exponentOf(FACTORS, times.queries)).toBeCloseTo(0, 9);
  });

  it("is drawn with an exponent beside each quantity", () => {
    const picture = linearPicture(times, "a machine");
    for (const text of ["meta-batch, from 4: exponent 1.00", "ways, from 4: exponent 1.10", "a machine"])
      expect(picture).toContain(text);
    expect(picture.match(/<polyline/g)).toHaveLength(4);
    expect(picture).not.toContain("NaN");
  });
});

describe("the table", () => {
  it("shows ratios with their spread, and nothing where there is none", () => {
    const nothing = { about: "a", spread: [2, 2], peers: [], skipped: [], flops: null, bytes: null } as const;
    const none = {
      ratioUsual: null,
      ratioUsualSpread: null,
      usual: null,
      boundShare: null,
      peerPeakMB: null,
    };
    const heroic = { ratioHeroic: 0.5, ratioHeroicSpread: [0.4, 0.6], heroic: "hybrid (tuned)" } as const;
    const scaling = { scaling: 1.9, scalingSpread: [1.8, 2], dataWaitShare: 0.004 } as const;
    const result = { id: "W1", perSecond: 2, peakMB: 100, ...nothing, ...none, ...heroic, ...scaling };
    const [header, , line] = table([result], 2)
      .split("\n")
      .map((each) => each.split("|").map((cell) => cell.trim()));
    const cell = (name: string) => line[header.indexOf(name)];
    expect(cell("÷ heroic (spread), which")).toBe("0.50 (0.40–0.60) hybrid (tuned)");
    expect(cell("÷ usual (spread), which")).toBe("");
    expect(cell("÷ 1 thread, on 2 (spread)")).toBe("1.90 (1.80–2.00)");
    expect(cell("waits for data")).toBe("0.4 %");
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
    expect(parse()).toMatchObject({ only: [], rounds: 3, threads: 2, peers: "all", json: false, save: true });
    expect(parse("--only", "W6,W1", "--json")).toMatchObject({ only: ["W6", "W1"], json: true, save: false });
    expect(parse("--help")).toBeUndefined();
  });

  it.each([
    ["--only", "W7"],
    ["--rounds", "0"],
    ["--budget", "-1"],
    ["--peers", "good"],
    ["--what"],
    ["W1"],
  ])("refuse %s %s", (...args) => {
    expect(() => parse(...args.filter(Boolean))).toThrow(UsageError);
  });
});
