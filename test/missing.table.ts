/**
 * A missing modality does not ruin the answer, by the defaults alone: with any modality missing from support or query, a model
 * is as good as the one that was trained on what is left, for every learner.
 */

import { describe, expect, it } from "vitest";
import { evaluate } from "../src/evaluate/index.js";
import { learnerMethodOf, learnerOf, learnersOf } from "../src/learner/index.js";
import { metaTrain } from "../src/train/index.js";
import { informativeDataset } from "./support/informative.js";
import { inLane, type Lane } from "./support/lane.js";

const data = informativeDataset();
const encoder = { name: "mlp", hidden: [32] } as const;
const POINT = 0.01;

/** Each of these adapts in another way; the slow lane takes every learner. */
const some: Readonly<Record<string, Lane>> = {
  prototypical: "test",
  ridge: "full",
  maml: "full",
  reptile: "full",
  supervised: "full",
};
const names = inLane(learnersOf("classification"), (name) => some[name] ?? "slow");

async function rowsOf(name: string) {
  const { batch } = learnerOf({ ...learnerMethodOf(name).options.parse({}), name }, "classification");
  const model = await metaTrain({
    data,
    learner: name as never,
    encoders: { sharp: encoder, rough: encoder },
    width: 16,
    episode: batch === undefined ? { way: 5, shot: 1, query: 5 } : {},
    train: { steps: 40, metaBatch: 4, learningRate: 0.005, evalEvery: 40, evalEpisodes: 4 },
    withUnimodal: true,
    seed: 1,
    threads: 2,
  }).model();
  const { rows } = await evaluate(model, { data, way: 5, shot: 1, query: 5, episodes: 300, seed: 2 });
  const accuracyOf = (kind: string, row: string) =>
    rows.find((one) => one.kind === kind && one.name === row)!.accuracy!;
  return { rows, accuracyOf };
}

describe.each(names)("by %s", (name) => {
  it("each side may lack a modality", { timeout: 300_000 }, async () => {
    const { rows, accuracyOf } = await rowsOf(name);
    const lacking = rows.filter(({ kind }) => kind === "support-missing" || kind === "query-missing");
    expect(lacking).toHaveLength(4);
    for (const row of lacking) {
      const shared = row.support.filter((one) => row.query.includes(one));
      const best = Math.max(...shared.map((one) => accuracyOf("alone", one)));
      expect(row.accuracy, row.name).toBeGreaterThan(best - 2 * POINT);
    }
    // Two modalities are no worse than either.
    const alone = ["sharp", "rough"].map((one) => accuracyOf("alone", one));
    expect(rows[0].accuracy).toBeGreaterThan(Math.max(...alone) - 0.5 * POINT);
  });
});
