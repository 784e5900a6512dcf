import { describe, expect, it } from "vitest";
import { ALL_THREADS, divide, type Task } from "./divide.js";

const MEGABYTE = 1 << 20;
const task = (reads: string[], writes: string, bytes: number, kernel = false): Task => ({
  seconds: 1e-3,
  reads,
  writes: [{ place: writes, address: 0, bytes }],
  kernel,
});

describe("dividing work among threads", () => {
  const chains = ["a", "b"].flatMap((half) => [
    task(["input"], `${half}0`, MEGABYTE),
    task([`${half}0`], `${half}1`, MEGABYTE),
    task([`${half}1`], `${half}sum`, 256, true),
  ]);
  const joined = task(["asum", "bsum"], "mean", 256, true);

  it("keeps steps that share much data on one thread, and transfers little data", () => {
    const { threads, transfers, owners } = divide([...chains, joined], 2);
    expect(threads.slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(transfers).toHaveLength(1);
    expect(transfers[0]).toMatchObject({ before: 6, region: { bytes: 256 } });
    expect(owners.get("mean")).toBe(threads[6]);
  });

  it("runs kernels that need only the inputs on every thread", () => {
    const { threads, transfers } = divide([task(["input"], "copy", 64, true), ...chains], 2);
    expect(threads[0]).toBe(ALL_THREADS);
    expect(transfers).toEqual([]);
  });

  it("keeps all kernels that write one array on one thread", () => {
    const begun = task(["asum", "bsum"], "both", 512, true);
    const { threads, transfers } = divide([...chains, begun, task(["input"], "both", 512, true)], 2);
    expect(threads[7]).toBe(threads[6]);
    expect(transfers.every(({ before }) => before === 6)).toBe(true);
  });

  it("transfers nothing on one thread", () => {
    expect(divide([...chains, joined], 1)).toMatchObject({ transfers: [] });
  });

  it("transfers after the step that writes and before the step that reads", () => {
    const { threads, transfers } = divide([...chains, joined, task(["mean"], "end", MEGABYTE)], 2);
    for (const { from, to, after, before } of transfers) {
      expect(after).toBeLessThan(before);
      expect(from).not.toBe(to);
      expect([ALL_THREADS, from]).toContain(threads[after]);
      expect([ALL_THREADS, to]).toContain(threads[before]);
    }
  });
});
