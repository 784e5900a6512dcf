import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { createDataset } from "../data/dataset.js";
import { episodeSampler } from "./sampler.js";
import { unknownSampler } from "./unknowns.js";

/** Five classes of six examples; example i is of group `g${i % 3}`. */
const { rows } = createDataset({
  name: "letters",
  examples: ["a", "b", "c", "d", "e"].flatMap((label) =>
    Array.from({ length: 6 }, (_, i) => ({ label, group: `g${i % 3}`, x: [i] })),
  ),
});
const classes = ["a", "b", "c", "d", "e"];
const opened = (way: number, query: number, across: "group" | null, i: number) => {
  const episode = episodeSampler(rows, classes, { way, shot: 1, query, across }, "test").draw(random(1, i));
  const open = unknownSampler(rows, { query, across })(episode, random(2, i));
  return { episode, open, unknown: open.query.slice(episode.query.length) };
};

describe("unknownSampler", () => {
  it.each([0, 1, 2, 3])("asks of other classes, as many as the episode has, and no more (draw %i)", (i) => {
    const { episode, open, unknown } = opened(2, 3, null, i);
    expect(open.query.slice(0, episode.query.length)).toEqual(episode.query);
    expect(open.support).toBe(episode.support);
    expect(unknown).toHaveLength(6);
    expect(new Set(unknown.map(({ row }) => row)).size).toBe(6);
    expect(new Set(unknown.map(({ row }) => rows[row].label)).size).toBe(2);
    for (const { row, label } of unknown) {
      expect(label).toBe(-1);
      expect(episode.classes).not.toContain(rows[row].label);
    }
  });

  it("takes what is left: one class beside four, none beside five", () => {
    expect(new Set(opened(4, 9, null, 0).unknown.map(({ row }) => rows[row].label)).size).toBe(1);
    expect(opened(4, 9, null, 0).unknown).toHaveLength(6);
    expect(opened(5, 2, null, 0).unknown).toEqual([]);
  });

  it.each([0, 1, 2, 3])("across groups asks of none of the support's groups (draw %i)", (i) => {
    const { episode, unknown } = opened(2, 2, "group", i);
    const groups = episode.support.map(({ row }) => rows[row].group);
    expect(unknown.length).toBeGreaterThan(0);
    for (const { row } of unknown) expect(groups).not.toContain(rows[row].group);
  });

  it("draws the same for the same stream, other queries for another", () => {
    const { episode, open } = opened(2, 3, null, 0);
    const more = unknownSampler(rows, { query: 3 });
    expect(more(episode, random(2, 0))).toEqual(open);
    expect(more(episode, random(3, 0))).not.toEqual(open);
  });
});
