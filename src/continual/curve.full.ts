/** The forgetting curve: it falls at λ = 0, trains and measures once what its points share, and is drawn. */

import { describe, expect, it, vi } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { openDataset } from "../data/index.js";
import { halves } from "../episode/index.js";
import { metaTrain } from "../train/index.js";
import { forgettingCurve } from "./curve.js";
import type { CurveOptions } from "./curve-options.js";
import { curvePicture } from "./curve-picture.js";
import { continualMethods } from "./index.js";

describe("the forgetting curve", () => {
  const all = tinyDataset({ train: 6, val: 0, test: 0 }, 20);
  const data = { ...all, rows: all.rows.map((row) => ({ ...row, split: undefined })) };
  const options: CurveOptions = {
    data,
    width: 8,
    learner: { name: "supervised", batchSize: 16 } as never,
    train: { steps: 60, metaBatch: 1, learningRate: 0.01 },
    threads: 2,
  };

  it("falls at λ = 0 on real characters, and less where old examples are replayed", async () => {
    const omniglot = await openDataset("datasets/omniglot");
    const some = [...new Set(omniglot.rows.map(({ label }) => label))].slice(0, 20);
    const rows = omniglot.rows.filter(({ label }) => some.includes(label));
    const { before, curves } = await forgettingCurve({
      ...options,
      data: { ...omniglot, rows },
      modalities: ["strokes"],
      width: 16,
      train: { steps: 120, metaBatch: 1, learningRate: 0.02, evalEvery: 120 },
      methods: ["replay"],
      lambdas: [0, 1],
    });
    const [plain, replayed] = curves[0].points;
    expect(plain.old.accuracy).toBeLessThan(before.accuracy - 0.2);
    expect(replayed.old.accuracy).toBeGreaterThan(plain.old.accuracy + 0.2);
    expect(Math.min(plain.new.accuracy, replayed.new.accuracy)).toBeGreaterThan(0.5);
  });

  it("trains once what several points share, measures once what all λ do, and draws the points", async () => {
    const [older, newer] = halves(data, 0);
    const train = { steps: 2, metaBatch: 1, learningRate: 0.01 };
    const from = await metaTrain({ ...options, train, data: older, closed: true }).model();
    const trainings = new Map<string, number>();
    const totals = new Set<number>();
    const { ewc } = continualMethods;
    const begin = vi.spyOn(ewc as { begin: typeof ewc.begin }, "begin");
    const curve = await forgettingCurve({
      ...options,
      train,
      data: newer,
      old: older,
      from,
      lambdas: [0, 1, 2],
      onProgress: (done, total, what) => {
        totals.add(total);
        trainings.set(what, done);
      },
    });
    const kept = Object.keys(continualMethods).flatMap((name) => [`${name}, λ = 1`, `${name}, λ = 2`]);
    expect([...trainings.keys()].sort()).toEqual([...kept, "joint, λ = 0", "fine-tuning, λ = 0"].sort());
    expect([...totals]).toEqual([2 * trainings.size]);
    expect(Math.max(...trainings.values())).toBe(2 * trainings.size);
    expect(begin).toHaveBeenCalledOnce();
    begin.mockRestore();
    const plain = curve.curves.filter(({ method }) => method !== "joint").map(({ points }) => points[0]);
    for (const point of plain) expect(point).toEqual(plain[0]);
    const picture = curvePicture(curve);
    expect(picture.match(/<circle/g)).toHaveLength(2 * curve.curves.length * 3);
    const { accuracy, halfWidth } = curve.curves[0].points[2].new;
    const said = (x: number) => (100 * x).toLocaleString("en-US", { maximumSignificantDigits: 3 });
    expect(picture).toContain(`replay, λ = 2: ${said(accuracy)} ± ${said(halfWidth)} %`);
  });
});
