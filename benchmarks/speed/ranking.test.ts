import { describe, expect, it } from "vitest";
import {
  candidates,
  compare,
  isHalfPrecision,
  isHeroic,
  nearEarlierFastest,
  type PeerRounds,
} from "./ranking.js";

const peer = (impl: string, perSecond: number[], workload = "W1"): PeerRounds => ({
  row: { workload, impl, alloc: "tuned", torch: "2" },
  perSecond,
  peakMB: 100,
});
const row = (impl: string, workload = "W1") => peer(impl, [], workload).row;

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
