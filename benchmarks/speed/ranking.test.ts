/** Timing, ranking, workloads, scaling plot, table, cost and options of the benchmark. */

import { describe, expect, it } from "vitest";
import { conv4, forward, gradient, linear, secondOrder } from "./flops.js";
import { FACTORS, type Times } from "./linear.js";
import { fitExponent, plotTimes } from "./linear-plot.js";
import { parseOptions, UsageError } from "./options.js";
import {
  candidates,
  compare,
  isHalfPrecision,
  isHeroic,
  nearEarlierFastest,
  type PeerRounds,
} from "./ranking.js";
import { table } from "./report.js";
import { median, secondsPerUnit, waitFraction } from "./timing.js";
import { workloads } from "./workloads/index.js";

const peer = (impl: string, perSecond: number[], workload = "W1"): PeerRounds => ({
  row: { workload, impl, alloc: "tuned", torch: "2" },
  perSecond,
  peakMB: 100,
});
const row = (impl: string, workload = "W1") => peer(impl, [], workload).row;

describe("secondsPerUnit", () => {
  it("uses the median, for an even number of values too", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("warms up, then returns the median over blocks", async () => {
    let time = 0;
    let units = 0;
    const runUnit = async () => {
      time += ++units <= 4 ? 10 : units % 5 === 0 ? 3 : 0.5;
    };
    expect(await secondsPerUnit({ runUnit }, 4, () => time)).toBe(0.5);
  });
});

describe("waitFraction", () => {
  it("is the fraction of the time after warming up", async () => {
    let [time, waited] = [0, 0];
    const runUnit = async () => {
      time += 1;
      waited += time <= 3 ? 0.9 : 0.25;
    };
    expect(await waitFraction({ runUnit, secondsWaited: () => waited }, 10, () => time)).toBeCloseTo(0.25, 9);
  });
});

describe("the ranking", () => {
  it("classifies peers as usual or heroic", () => {
    expect(["hybrid", "hybrid_2proc", "cl_2proc"].every((impl) => isHeroic(row(impl)))).toBe(true);
    expect(["l2l", "cl", "vmap", "compile"].some((impl) => isHeroic(row(impl)))).toBe(false);
    expect(["bmm", "compile", "vmap"].map((impl) => isHeroic(row(impl, "W6s1")))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isHalfPrecision(row("compile_bf16"))).toBe(true);
  });

  it("selects candidates near the fastest usual peer or the fastest of all", () => {
    const peers = [peer("cl", [10]), peer("loop", [9]), peer("vmap", [5]), peer("hybrid", [20])];
    expect(candidates(peers).map(({ impl }) => impl)).toEqual(["cl", "loop", "hybrid"]);
  });

  it("compares round by round with the fastest of both kinds", () => {
    const peers = [peer("cl", [10, 20]), peer("hybrid", [20, 40]), peer("loop", [12])];
    const { usual, heroic } = compare([20, 30], peers);
    expect(usual).toMatchObject({ ratio: 1.75, range: [1.5, 2], peer: "cl (tuned)" });
    expect(heroic).toMatchObject({ ratio: 0.875, peer: "hybrid (tuned)" });
    expect(compare([20], [])).toEqual({ usual: undefined, heroic: undefined });
  });
});

describe("the rows near the fastest in earlier results", () => {
  const rows = [row("cl"), row("loop"), row("vmap"), row("hybrid"), row("cl", "W2"), row("eager", "W10")];
  const earlier = (id: string, speeds: Record<string, number>) => ({
    id,
    peers: Object.entries(speeds).map(([impl, perSecond]) => ({
      name: `${impl} (tuned)`,
      perSecond,
      peakMB: 1,
    })),
  });

  it("are all rows if an earlier run has none of the workload", () => {
    const workloads = [earlier("W1", { cl: 10, loop: 9, vmap: 5, hybrid: 20 }), earlier("W10", {})];
    const names = nearEarlierFastest(rows, { workloads }).map(({ workload, impl }) => `${workload} ${impl}`);
    expect(names).toEqual(["W1 cl", "W1 loop", "W1 hybrid", "W2 cl", "W10 eager"]);
  });
});

describe("the workloads", () => {
  it("have unique IDs in numerical order", () => {
    const ids = workloads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbers = ids.map((id) => Number(/\d+/.exec(id)![0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("are also measured on one thread for W1 to W4, and with augmentation for W1 to W7", () => {
    const idsWith = (select: (workload: (typeof workloads)[number]) => unknown) =>
      workloads.filter(select).map(({ id }) => id);
    expect(idsWith(({ scales }) => scales)).toEqual(["W1", "W2", "W3", "W4", "W4sgd"]);
    expect(idsWith(({ startAugmented }) => startAugmented)).toEqual(
      idsWith(({ id }) => Number(/\d+/.exec(id)![0]) <= 7),
    );
  });
});

describe("the scaling plot", () => {
  const times: Times = {
    "meta-batch": [1, 2, 4, 8],
    "inner steps": [1, 1.8, 3.4, 6.6],
    way: [1, 2 ** 1.1, 4 ** 1.1, 8 ** 1.1],
    queries: [1, 1, 1, 1],
  };

  it("fits exponents to logarithms", () => {
    expect(fitExponent(FACTORS, times["meta-batch"])).toBeCloseTo(1, 9);
    expect(fitExponent(FACTORS, times.way)).toBeCloseTo(1.1, 9);
    expect(fitExponent(FACTORS, times.queries)).toBeCloseTo(0, 9);
  });

  it("shows an exponent per quantity", () => {
    const svg = plotTimes(times, "a machine");
    for (const text of ["meta-batch, from 4: exponent 1.00", "way, from 4: exponent 1.10", "a machine"])
      expect(svg).toContain(text);
    expect(svg.match(/<polyline/g)).toHaveLength(4);
    expect(svg).not.toContain("NaN");
  });
});

describe("the table", () => {
  it("shows ratios with their range, and empty cells without a measurement", () => {
    const common = {
      description: "a",
      range: [2, 2],
      peers: [],
      skipped: [],
      flops: null,
      bytes: null,
    } as const;
    const unmeasured = {
      ratioUsual: null,
      ratioUsualRange: null,
      usual: null,
      boundShare: null,
      peerPeakMB: null,
    };
    const heroic = { ratioHeroic: 0.5, ratioHeroicRange: [0.4, 0.6], heroic: "hybrid (tuned)" } as const;
    const scaling = { scaling: 1.9, scalingRange: [1.8, 2], dataWaitShare: 0.004 } as const;
    const result = { id: "W1", perSecond: 2, peakMB: 100, ...common, ...unmeasured, ...heroic, ...scaling };
    const [header, , line] = table([result], 2)
      .split("\n")
      .map((each) => each.split("|").map((cell) => cell.trim()));
    const cell = (name: string) => line[header.indexOf(name)];
    expect(cell("÷ heroic (range), peer")).toBe("0.50 (0.40–0.60) hybrid (tuned)");
    expect(cell("÷ usual (range), peer")).toBe("");
    expect(cell("÷ 1 thread, on 2 (range)")).toBe("1.90 (1.80–2.00)");
    expect(cell("waits for data")).toBe("0.4 %");
  });
});

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

describe("the options", () => {
  const parse = (...args: string[]) => parseOptions(args, ["W1", "W6s1", "W6s5"], 2);

  it("have defaults; a run of all workloads is saved", () => {
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
  ])("reject %s %s", (...args) => {
    expect(() => parse(...args.filter(Boolean))).toThrow(UsageError);
  });
});
