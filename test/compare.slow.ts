/** A comparison by the clock: every combination trains equally long, and all of it ends about when it should. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "metamodal";
import { afterAll, expect, it } from "vitest";
import { leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-compare-"));
afterAll(() => rmSync(cwd, { recursive: true }));

it("trains every combination for the same share of a budget", async () => {
  const data = join(cwd, "leaves");
  await writeLeaves(data, leafRows());
  const recipe = { width: 8, episode: { way: 3 }, train: { metaBatch: 1, evalEpisodes: 4 } };
  const started = performance.now();
  const learners = ["prototypical", "maml", "knn"] as const;
  const { rows, trainSeconds, steps } = await compare({ data, recipe, learners, budget: 1, episodes: 50 });
  const seconds = (performance.now() - started) / 1000;
  expect(steps).toBeNull();
  const compared = rows.flatMap((row) => (row.kind === "compared" ? [row] : []));
  expect(compared.map(({ learner }) => learner).sort()).toEqual(["knn", "maml", "prototypical"]);
  for (const row of compared) {
    expect(row.trainSeconds).toBeGreaterThanOrEqual(trainSeconds!);
    expect(row.trainSeconds).toBeLessThan(trainSeconds! + 3);
  }
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThan(75);
});
