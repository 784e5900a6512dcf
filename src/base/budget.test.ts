/** A budget bounds the cost of work in progress, keeps the order, and lets larger work run alone. */

import { expect, it } from "vitest";
import { Budget } from "./budget.js";

it("bounds what is in progress, in the order of calls", async () => {
  const budget = new Budget(10);
  const costs = [4, 4, 4, 25, 1, 9, 1, 10, 3];
  const started: number[] = [];
  let [used, most, alone] = [0, 0, true];
  const results = await Promise.all(
    costs.map((cost, i) =>
      budget.use(cost, async () => {
        started.push(i);
        used += cost;
        if (cost > 10) alone &&= used === cost;
        else most = Math.max(most, used);
        await new Promise((done) => setTimeout(done, 5));
        used -= cost;
        return i;
      }),
    ),
  );
  expect(results).toEqual([...costs.keys()]);
  expect(started).toEqual([...costs.keys()]);
  expect(most).toBe(10);
  expect(alone).toBe(true);
});

it("goes on after work that fails", async () => {
  const budget = new Budget(1);
  const failing = budget.use(1, () => Promise.reject(new Error("no")));
  const next = budget.use(1, async () => "done");
  await expect(failing).rejects.toThrow("no");
  await expect(next).resolves.toBe("done");
});
