import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { caption, type Report, table } from "./report.js";

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

  it("is in docs/performance.md for the latest saved results", () => {
    const folder = "benchmarks/speed/results";
    const latest = readdirSync(folder).sort().at(-1);
    const report: Report = JSON.parse(readFileSync(`${folder}/${latest}`, "utf8"));
    const page = readFileSync("docs/performance.md", "utf8");
    expect(page).toContain(table(report.workloads, report.threads));
    expect(page).toContain(caption(report));
  });
});
