/**
 * Every encoder trains a step at the least and the largest sizes that docs/data.md promises, and at sizes beside those at
 * which the lowering changes form. `sizes.slow.ts` holds many more.
 */

import { expect, it } from "vitest";
import { createDataset } from "../src/index.js";
import {
  imageOf,
  type Sized,
  soundOf,
  strokesOf,
  tableOf,
  textOf,
  trainOneStep,
  vectorOf,
} from "./support/sizes.js";

const small: readonly Sized[] = [
  imageOf(8, 8, 1),
  imageOf(9, 31, 3, "resnet"),
  imageOf(67, 65, 1),
  imageOf(96, 96, 3),
  soundOf(0.05),
  soundOf(2),
  soundOf(30),
  textOf(1),
  textOf(100_000),
  tableOf(1),
  tableOf(2000),
  tableOf(2000, "columns"),
  vectorOf(1, "linear"),
  vectorOf(4096),
  strokesOf(1),
  strokesOf(10_000, { points: 4096 }),
];

it.each(small)("trains on $kind, $size", async (sized) => {
  const events = await trainOneStep(sized);
  const losses = events.flatMap((event) => (event.type === "step" ? [event.loss] : []));
  expect(losses).toHaveLength(1);
  expect(losses[0]).toSatisfy(Number.isFinite);
});

it.each([
  "fomaml",
  "ridge",
])("trains by %s on sounds that have several pieces an example", async (learner) => {
  const options = { name: learner, ...(learner === "fomaml" && { innerSteps: 1 }) };
  const [step] = (await trainOneStep(soundOf(2), options)).filter(({ type }) => type === "step");
  expect(step).toSatisfy((event: { loss: number }) => Number.isFinite(event.loss));
});

it("reads a table in time that grows as its cells do", () => {
  const seconds = (columns: number) => {
    const { kind, value } = tableOf(columns);
    const names = Object.keys(value(0, 0) as object);
    const examples = Array.from({ length: 30 }, (_, i) => ({
      label: `class ${i % 3}`,
      ...(value(i % 3, i) as object),
    }));
    const times = [0, 1, 2].map(() => {
      const started = process.cpuUsage().user;
      createDataset({ name: "wide", examples, modalities: { x: { kind, columns: names } } });
      return process.cpuUsage().user - started;
    });
    return Math.min(...times) / 1e6;
  };
  seconds(200);
  expect(seconds(4000)).toBeLessThan(60 * Math.max(seconds(400), 0.01));
});
