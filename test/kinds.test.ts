/** What every kind of modality keeps, from value to prediction. A new kind is one row of test/support/kinds.ts. */

import { describe, expect, it } from "vitest";
import { sizeOf } from "../src/base/array.js";
import { random } from "../src/base/random.js";
import { createDataset } from "../src/data/index.js";
import { preview } from "../src/data/pictures/preview.js";
import { loadTable, planModalities } from "../src/episode/index.js";
import { metaTrain } from "../src/index.js";
import { Media, type ModalityKind, modalities } from "../src/modality/index.js";
import { examplesOf, kinds } from "./support/kinds.js";

describe.each(Object.keys(modalities) as ModalityKind[])("the kind %s", (kind) => {
  const { draw, options, bad } = kinds[kind];
  const modality = modalities[kind];
  const declared = { [kind]: { kind, ...options } };
  const dataOf = (examples: ReturnType<typeof examplesOf>) =>
    createDataset({ name: "mine", examples, modalities: declared });
  const data = dataOf(examplesOf(kind, 6, 5));
  const plan = async () => (await planModalities(data, [kind], data.rows))[kind];

  it("plans a shape that its arrays have, in finite numbers", async () => {
    const spec = await plan();
    const { columns } = await loadTable(data.rows, { [kind]: spec });
    expect(columns[kind].data).toHaveLength(data.rows.length * sizeOf(spec.shape));
    expect(columns[kind].data.every(Number.isFinite)).toBe(true);
    expect(new Set(columns[kind].data).size).toBeGreaterThan(2);
  });

  it("is planned and encoded alike every time, and by a plan that was stored as JSON", async () => {
    const spec = await plan();
    expect(await plan()).toEqual(spec);
    const stored = modality.spec.parse(JSON.parse(JSON.stringify(spec)));
    expect(stored).toEqual(spec);
    const encode = () => modality.encode(draw(7, 0), stored, "x");
    expect(await encode()).toEqual(await modality.encode(draw(7, 0), spec, "x"));
    expect(await encode()).not.toEqual(await modality.encode(draw(5, 1), spec, "x"));
  });

  it("is augmented in finite numbers, by the random stream alone, each time otherwise, and not beyond recognition", async () => {
    const spec = await plan();
    const augmented = async (k: number, seed: number) => {
      const array = await modality.encode(draw(k, 0), spec, "x");
      modality.augment(array, spec, random(seed));
      return array;
    };
    const distance = (a: Float32Array, b: Float32Array) =>
      Math.hypot(...a.map((x, i) => x - b[i])) / Math.hypot(...a);
    const first = await augmented(5, 1);
    expect(first).toHaveLength(sizeOf(spec.shape));
    expect(first.every(Number.isFinite)).toBe(true);
    expect(await augmented(5, 1)).toEqual(first);
    const others = await Promise.all(Array.from({ length: 20 }, (_, seed) => augmented(5, seed)));
    expect(new Set(others.map(String)).size).toBeGreaterThan(3);
    const plain = await modality.encode(draw(5, 0), spec, "x");
    expect(Math.max(...others.map((other) => distance(plain, other)))).toBeLessThan(2);
  });

  it("is absent where it is missing, which is not zeros", async () => {
    const [first, ...rest] = examplesOf(kind, 2, 2);
    const lacking = createDataset({
      name: "mine",
      examples: [{ label: first.label, other: [1, 2] }, ...rest],
      modalities: declared,
    });
    const specs = await planModalities(lacking, [kind], lacking.rows);
    const { columns } = await loadTable(lacking.rows, specs);
    expect([...columns[kind].present]).toEqual([0, 1, 1, 1]);
    expect(columns[kind].data.slice(0, sizeOf(specs[kind].shape)).every((x) => x === 0)).toBe(true);
  });

  it("names the row and the field of a bad value, when it is checked or read", async () => {
    const [value, says] = bad;
    const reading = async () => {
      const broken = dataOf([...examplesOf(kind, 2, 1), { label: "class 0", [kind]: value }]);
      await loadTable(broken.rows, { [kind]: await plan() });
    };
    const failure = await reading().catch((error: Error) => error);
    expect(failure).toMatchObject({ name: "InputError", exitCode: 2 });
    expect((failure as Error).message).toMatch(new RegExp(`^example 3, field "${kind}`));
    expect((failure as Error).message).toMatch(says);
  });

  it("refuses an option that it does not have, saying where it stands", async () => {
    const plan = async () => {
      const odd = createDataset({
        name: "mine",
        examples: examplesOf(kind, 2, 1),
        modalities: { [kind]: { ...declared[kind], nonsense: 1 } },
      });
      return planModalities(odd, [kind], odd.rows);
    };
    await expect(plan()).rejects.toThrow(new RegExp(`modalities.${kind}: there is no option "nonsense"`));
  });

  it("is drawn as a fragment of SVG that stays in its square, each value otherwise", async () => {
    const place = { x: 100, y: 40, side: 56 };
    const drawn = await Promise.all([0, 1].map((i) => preview(kind, draw(i, i), place, "x")));
    expect(drawn[0]).not.toBe(drawn[1]);
    for (const svg of drawn) {
      expect(svg).toMatch(/^<(image|polyline|path|text) .*>$/s);
      const places = [...svg.matchAll(/(?:M|points="|[ "]x=")([\d.]+)(?:[ ,]|" y=")([\d.]+)/g)];
      expect(places.length).toBeGreaterThan(0);
      for (const [, x, y] of places) {
        expect(Number(x)).toBeGreaterThanOrEqual(100);
        expect(Number(x)).toBeLessThanOrEqual(156);
        expect(Number(y)).toBeGreaterThanOrEqual(40);
        expect(Number(y)).toBeLessThanOrEqual(96);
      }
    }
  });

  const inFiles = ["image", "audio", "text"].includes(kind);
  it.runIf(inFiles)("refuses a broken file of it by the row and the file's name", async () => {
    const media = new Media("broken/1.bin", async () => Uint8Array.of(0xc3, 0x28, 1));
    const broken = dataOf([{ label: "a", [kind]: media }]);
    await expect(loadTable(broken.rows, { [kind]: await plan() })).rejects.toThrow(
      new RegExp(`^example 1, field "${kind}", file broken/1\\.bin: `),
    );
  });

  it("teaches a model with its default encoder, which tells new examples", async () => {
    const run = metaTrain({
      data,
      width: 16,
      episode: { way: 2, query: 2 },
      train: { steps: 5, evalEvery: 5, evalEpisodes: 4 },
      seed: 1,
      threads: 1,
    });
    const model = await run.model();
    const task = await model.adapt(
      [0, 4].flatMap((k) => [0, 1].map((i) => ({ label: `${k}`, [kind]: draw(k, i) }))),
    );
    for (const k of [0, 4]) expect((await task.predict({ [kind]: draw(k, 3) })).label).toBe(`${k}`);
  });
});

it("takes the columns of a table as fields of an example, as they stand in a file", async () => {
  const { draw, options } = kinds.tabular;
  const flat = examplesOf("tabular", 4, 4).map(({ label, tabular }) => ({ label, ...(tabular as object) }));
  const data = createDataset({
    name: "mine",
    examples: flat,
    modalities: { body: { kind: "tabular", ...options } },
  });
  const run = metaTrain({ data, width: 8, episode: { way: 2 }, train: { steps: 2 }, seed: 1, threads: 1 });
  const task = await (await run.model()).adapt(flat.slice(0, 8));
  const { height, colour } = draw(1, 1) as Record<string, unknown>;
  const [one, other] = await task.predictAll([{ height, colour }, { body: { height, colour } }]);
  expect({ ...one, id: "" }).toEqual({ ...other, id: "" });
});
