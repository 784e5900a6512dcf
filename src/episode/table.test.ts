import { describe, expect, it } from "vitest";
import { createDataset } from "../data/dataset.js";
import type { Example } from "../data/types.js";
import { Media } from "../modality/index.js";
import { collate, collateEpisode } from "./collate.js";
import { planModalities } from "./plan.js";
import { loadTable } from "./table.js";

const grey = (value: number) => ({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(value) });
const pen = [
  [
    [0, 0],
    [1, 0],
  ],
];
const examples: Example[] = [
  { label: "a", image: grey(0), strokes: pen },
  { label: "a", image: grey(255) },
  { label: "b", strokes: pen },
  { label: "b", image: grey(255), strokes: pen },
];
const modalities = { strokes: { kind: "strokes", points: 2 } };
const data = createDataset({ name: "mine", examples, modalities });
const open = async () =>
  loadTable(data.rows, await planModalities(data, ["image", "strokes"], data.rows.slice(0, 2)));

describe("planModalities", () => {
  it("plans from the train rows and the declared options, in the order asked for", async () => {
    const specs = await planModalities(data, ["strokes", "image"], data.rows.slice(0, 2));
    expect(Object.keys(specs)).toEqual(["strokes", "image"]);
    expect(specs.strokes).toEqual({ kind: "strokes", shape: [5, 2] });
    expect(specs.image).toEqual({ kind: "image", shape: [1, 4, 4], mean: [0.5], std: [0.5] });
    expect(Object.keys(await planModalities(data, undefined, data.rows))).toEqual(["strokes", "image"]);
  });

  it("refuses a modality the data set or its train rows lack, listing those there are", async () => {
    await expect(planModalities(data, ["sound"], data.rows)).rejects.toThrow(
      /^mine: the data set has no modality "sound"; expected one of strokes, image/,
    );
    await expect(planModalities(data, ["image"], [data.rows[2]])).rejects.toThrow(/^mine: no train row has/);
  });
});

describe("planModalities, of values that cannot be decoded", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  const sound = Buffer.from("RIFF....WAVEfmt ");
  it.each([
    ["image", png],
    ["sound", sound],
  ])("names each %s, of all rows, in one error", async (name, bytes) => {
    const good = name === "image" ? { width: 2, height: 2, channels: 1, data: new Uint8Array(4) } : undefined;
    const some = Array.from({ length: 5 }, (_, i) => ({ label: "a", [name]: i % 2 || !good ? bytes : good }));
    const broken = createDataset({
      name: "broken",
      examples: some as never,
      modalities: { [name]: { kind: name === "image" ? "image" : "audio" } },
    });
    const planned = planModalities(broken, undefined, broken.rows.slice(0, 2));
    await expect(planned).rejects.toThrow(name === "image" ? /^example 2.*2 in all/ : /^example 1.*5 in all/);
  });

  it("leaves an error of the options as it is", async () => {
    const image = { width: 2, height: 2, channels: 1, data: new Uint8Array(4) };
    const wrong = createDataset({
      name: "wrong",
      examples: [{ label: "a", image }],
      modalities: { image: { kind: "image", size: 0 } },
    });
    await expect(planModalities(wrong, undefined, wrong.rows)).rejects.toThrow(
      /^wrong, modalities\.image\.size/,
    );
  });
});

describe("loadTable", () => {
  it("decodes values and marks what is absent", async () => {
    const { columns, rows } = await open();
    expect(rows).toBe(data.rows);
    expect([...columns.image.present]).toEqual([1, 1, 0, 1]);
    expect([...columns.strokes.present]).toEqual([1, 0, 1, 1]);
    const first = (i: number) => columns.image.data[i * 16];
    expect([0, 1, 2, 3].map(first)).toEqual([-1, 1, 0, 1]);
    expect(columns.strokes.data.length).toBe(4 * 5 * 2);
  });

  it("reports progress, ends it at the total, and stops when aborted", async () => {
    const specs = await planModalities(data, undefined, data.rows);
    const seen: number[][] = [];
    await loadTable(data.rows, specs, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([4, 4]);
    await expect(loadTable(data.rows, specs, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("names every row of a bad image, twenty of them and a count", async () => {
    const specs = await planModalities(data, ["image"], data.rows);
    const broken = () => new Media("x.png", async () => new Uint8Array(3));
    const many = createDataset({
      name: "m",
      examples: Array.from({ length: 200 }, () => ({ image: broken() })),
    });
    await expect(loadTable(many.rows, specs)).rejects.toThrow(
      /^example 1, field "image", file x\.png: not a PNG.*; 200 in all, the others are example 2, .*example 20, .*; and 180 more; expected/,
    );
  });

  it("leaves turns to others while it works", async () => {
    const rows = Array.from({ length: 10_000 }, () => data.rows[3]);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await loadTable(rows, await planModalities(data, ["strokes"], data.rows));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });
});

describe("collate", () => {
  it("pads to the capacity and keeps absent values zero, in shared memory", async () => {
    const { values, present, mask } = collate(await open(), [3, 2, 1], ["strokes", "image"], 5);
    expect(Object.keys(values)).toEqual(["strokes", "image"]);
    expect(values.image.shape).toEqual([5, 1, 4, 4]);
    expect([...mask.data]).toEqual([1, 1, 1, 0, 0]);
    expect([...present.image.data]).toEqual([1, 0, 1, 0, 0]);
    expect([...present.strokes.data]).toEqual([1, 1, 0, 0, 0]);
    expect([0, 1, 2, 3, 4].map((i) => values.image.data[i * 16])).toEqual([1, 0, 1, 0, 0]);
    expect(values.strokes.data.slice(20).every((value) => value === 0)).toBe(true);
    expect(values.image.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("is our bug when the capacity is too small or a column is missing", async () => {
    const table = await open();
    expect(() => collate(table, [0, 1], ["image"], 1)).toThrow(/^internal:/);
    expect(() => collate(table, [0], ["sound"], 1)).toThrow(/^internal:/);
  });

  it("gathers an episode with one-hot labels and its own modalities a part", async () => {
    const episode = {
      classes: ["a", "b"],
      support: [
        { row: 0, label: 0 },
        { row: 2, label: 1 },
      ],
      query: [{ row: 3, label: 1 }],
    };
    const { support, query, ways } = collateEpisode(await open(), episode, {
      support: ["image", "strokes"],
      query: ["image"],
      capacity: { way: 3, support: 3, query: 2 },
    });
    expect([...ways.data]).toEqual([1, 1, 0]);
    expect([...support.labels.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(support.labels.shape).toEqual([3, 3]);
    expect([...query.labels.data]).toEqual([0, 1, 0, 0, 0, 0]);
    expect(Object.keys(query.values)).toEqual(["image"]);
    expect([...query.mask.data]).toEqual([1, 0]);
    expect([...support.present.image.data]).toEqual([1, 0, 0]);
  });
});
