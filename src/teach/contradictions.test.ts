/** Notices of equal examples under several labels, of any kind of value. */

import { expect, it } from "vitest";
import type { Notice } from "../data/notice.js";
import { teach } from "./teach.js";

const pixels = (seed: number) => ({
  width: 8,
  height: 8,
  channels: 1 as const,
  data: Uint8Array.from({ length: 64 }, (_, i) => (i * seed * 37) % 256),
});

const kinds: readonly (readonly [string, (seed: number) => object])[] = [
  ["texts", (seed) => ({ text: `words ${seed}` })],
  ["images", (seed) => ({ image: pixels(seed) })],
  ["vectors", (seed) => ({ vector: [seed, 2 * seed, -seed] })],
  ["texts with vectors", (seed) => ({ text: `words ${seed}`, vector: [seed, 1] })],
];

async function noticesOf(values: (seed: number) => object, seeds: readonly number[]) {
  const notices: Notice[] = [];
  const examples = seeds.map((seed, i) => ({ id: `e${i}`, label: i % 2 ? "b" : "a", ...values(seed) }));
  await teach(examples, { onNotice: (notice) => notices.push(notice) });
  return notices.filter(({ code }) => code === "teach/contradiction");
}

it.each(kinds)("of %s are named with their labels", async (_, values) => {
  const [notice, ...others] = await noticesOf(values, [1, 2, 3, 1]);
  expect(others).toEqual([]);
  expect(notice.text).toBe("equal examples have different labels: e0 (a) and e3 (b)");
});

it.each(kinds)("of %s are not given for equal examples of one label, nor for others", async (_, values) => {
  expect(await noticesOf(values, [1, 2, 1, 4])).toEqual([]);
});

it("are given when examples are added, of which the task has equal ones", async () => {
  const task = await teach([
    { id: "e0", label: "a", text: "one" },
    { id: "e1", label: "b", text: "two" },
  ]);
  const { notices } = await task.add([{ id: "e2", label: "b", text: "one" }]);
  expect(notices.map(({ text }) => text)).toEqual([
    "equal examples have different labels: e0 (a) and e2 (b)",
  ]);
  expect((await task.add([{ id: "e3", label: "b", text: "three" }])).notices).toEqual([]);
});
