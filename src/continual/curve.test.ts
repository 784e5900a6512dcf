/** What a forgetting curve refuses. */

import { describe, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { halves } from "../episode/index.js";
import { metaTrain } from "../train/index.js";
import { forgettingCurve } from "./curve.js";
import type { CurveOptions } from "./curve-options.js";

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

  it("refuses half an old task, classes in both, and ways there are not", async () => {
    const [older] = halves(data, 0);
    const refuse = (rest: Partial<CurveOptions>) => expect(forgettingCurve({ ...options, ...rest })).rejects;
    await refuse({ old: older }).toThrow(/option old: it is given without from/);
    await refuse({ methods: ["nothing"] }).toThrow(/no continual method "nothing".*replay or l2-sp/);
    await refuse({ lambdas: [-1] }).toThrow(/option lambdas: the value is -1/);
    const train = { steps: 1, metaBatch: 1 };
    const from = await metaTrain({ ...options, train, data: older, closed: true }).model();
    await refuse({ old: older, from, data }).toThrow(/is in the old task as well/);
    const open = await metaTrain({ ...options, train, data: all }).model();
    await refuse({ old: older, from: open }).toThrow(/not of closed training/);
  });
});
