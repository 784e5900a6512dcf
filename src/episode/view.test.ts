/** Views as arrays: what is not shown is absent, and kept apart where training asks for it; names are text alone. */

import { expect, it } from "vitest";
import type { NDArray } from "../base/array.js";
import { createDataset } from "../data/dataset.js";
import { modalities } from "../modality/index.js";
import { collateEpisode, type EpisodeLayout } from "./collate.js";
import type { Episode } from "./episode.js";
import { planModalities } from "./plan.js";
import { loadTable } from "./table.js";
import { withLabelShots } from "./view.js";

const examples = [
  { label: "ox_eye", x: [1, 2], note: "white rays" },
  { label: "poppy", x: [3, 4] },
  { label: "ox_eye", x: [5, 6], note: "yellow disc" },
  { label: "poppy", x: [7, 8], note: "red petals" },
];
const data = createDataset({
  name: "flowers",
  examples,
  modalities: {
    x: { kind: "vector", standardise: false },
    note: { kind: "text", buckets: 64, features: 8 },
  },
});
const specs = await planModalities(data, undefined, data.rows);
const table = await loadTable(data.rows, specs, { labelText: specs.note });
const drawn: Episode = {
  classes: ["ox_eye", "poppy"],
  support: [
    { row: 0, label: 0 },
    { row: 1, label: 1 },
  ],
  query: [
    { row: 2, label: 0 },
    { row: 3, label: 1 },
  ],
};
const capacity = { way: 2, support: 5, query: 2 };
const collated = (layout: Omit<EpisodeLayout, "capacity">) =>
  collateEpisode(table, withLabelShots(drawn, layout.labelShots), { ...layout, capacity });
const list = ({ data }: NDArray) => [...data];

it("leaves out what is not shown", () => {
  const { support, query } = collated({ support: ["note"], query: ["x"] });
  expect([Object.keys(support.values), Object.keys(query.values)]).toEqual([["note"], ["x"]]);
  expect(list(support.present.note)).toEqual([1, 0, 0, 0, 0]);
  expect(list(query.values.x)).toEqual([5, 6, 7, 8]);
  expect(query.withheld).toBeUndefined();
});

it("keeps what is withheld, with its values, where that is asked for", () => {
  const { support, query } = collated({ support: ["note"], query: ["x"], withheldOf: ["x", "note"] });
  expect(list(support.present.x)).toEqual([0, 0, 0, 0, 0]);
  expect(list(support.withheld!.x)).toEqual([1, 1, 0, 0, 0]);
  expect(list(support.values.x)).toEqual([1, 2, 3, 4, 0, 0, 0, 0, 0, 0]);
  expect(list(support.withheld!.note)).toEqual([0, 0, 0, 0, 0]);
  expect([list(query.present.note), list(query.withheld!.note)]).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

it.each([
  undefined,
  ["x", "note"],
])("shows the name of a class as its text and nothing else, withholding of %s", async (withheldOf) => {
  const { support, query } = collated({ support: ["x"], query: ["x"], labelShots: 1, withheldOf });
  const width = 16;
  const note = (i: number) => list(support.values.note).slice(i * width, (i + 1) * width);
  for (const [i, words] of [
    [2, "ox eye"],
    [3, "poppy"],
  ] as const)
    expect(note(i)).toEqual([...(await modalities.text.encode(words, specs.note, "test"))]);
  expect(list(support.present.note)).toEqual([0, 0, 1, 1, 0]);
  expect(list(support.present.x)).toEqual([1, 1, 0, 0, 0]);
  expect(list(support.mask)).toEqual([1, 1, 1, 1, 0]);
  expect(list(support.labels)).toEqual([1, 0, 0, 1, 1, 0, 0, 1, 0, 0]);
  if (withheldOf) expect(list(support.withheld!.note)).toEqual([1, 0, 0, 0, 0]);
  else expect(note(0).every((value) => value === 0)).toBe(true);
  expect(Object.keys(query.values)).toEqual(withheldOf ?? ["x"]);
});

it("adds each name as often as asked, and nothing where it is not", () => {
  expect(withLabelShots(drawn).support).toEqual(drawn.support);
  const { support } = withLabelShots(drawn, 2);
  expect(support.slice(0, 2)).toEqual(drawn.support);
  expect(support.slice(2).map(({ row, label }) => [row, label])).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
  expect(support.slice(2).every(({ byName }) => byName)).toBe(true);
});
