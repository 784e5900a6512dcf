/** Teaching: a task is a function of the set of its examples, its report is honest, and bad examples are refused. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, type Example } from "../data/index.js";
import { readTaskFile } from "./disk.js";
import { encodeTaskFile, type TaskFile } from "./file.js";
import type { TaughtClassPrediction } from "./prediction.js";
import { loadTaughtTask } from "./task.js";
import { teach } from "./teach.js";
import type { EmbeddedExample } from "./types.js";

let folder: string;
const before = process.env.METAMODAL_CACHE;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "teach-"));
  process.env.METAMODAL_CACHE = join(folder, "cache");
});
afterAll(() => {
  if (before === undefined) delete process.env.METAMODAL_CACHE;
  else process.env.METAMODAL_CACHE = before;
  rmSync(folder, { recursive: true, force: true });
});

const fruit = ["a red apple", "sour green apples", "ripe bananas", "a slice of pear", "sweet plums"];
const tools = ["a heavy hammer", "two screwdrivers", "the rusty saw", "a box of nails", "an electric drill"];
const clothes = ["a woollen scarf", "blue jeans", "leather boots", "a warm coat", "cotton shirts"];
const texts = (label: string, list: readonly string[]): Example[] =>
  list.map((text, i) => ({ id: `${label}/${i}`, label, text }));
const support = [...texts("fruit", fruit), ...texts("tools", tools)];

/** A picture of one colour with a little noise. */
const picture = (red: number, green: number, blue: number, seed: number) => {
  const data = Uint8Array.from({ length: 3 * 24 * 24 }, (_, i) => {
    const level = [red, green, blue][i % 3] + ((i * 7919 + seed * 104729) % 23) - 11;
    return Math.max(0, Math.min(255, level));
  });
  return { width: 24, height: 24, channels: 3, data };
};

const bytesOf = async (task: Awaited<ReturnType<typeof teach>>, name: string) => {
  const path = join(folder, name);
  await task.save(path);
  return readFileSync(path);
};

describe("teach", () => {
  it("classifies unseen texts, and tells the nearest taught examples", async () => {
    const task = await teach([...support, ...texts("clothes", clothes)]);
    expect(task.classes).toEqual(["clothes", "fruit", "tools"]);
    const predictions = (await task.predictAll([
      { text: "juicy pears and apples" },
      { text: "hammer and nails" },
      { text: "a pair of boots" },
    ])) as TaughtClassPrediction[];
    expect(predictions.map(({ label }) => label)).toEqual(["fruit", "tools", "clothes"]);
    for (const { label, nearest, probabilities, weights } of predictions) {
      expect(nearest[0].label).toBe(label);
      expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1);
      expect(weights).toEqual({ text: 1 });
    }
  });

  it("is a function of the set of examples: adding, in any order, gives the same bytes", async () => {
    const all = [...support, ...texts("clothes", clothes)];
    const whole = await bytesOf(await teach(all), "whole.task");
    const reversed = await bytesOf(await teach([...all].reverse()), "reversed.task");
    expect(reversed.equals(whole)).toBe(true);
    const grown = await teach(support);
    await grown.add(texts("clothes", clothes));
    expect((await bytesOf(grown, "grown.task")).equals(whole)).toBe(true);
    await grown.remove({ classes: ["clothes"] });
    const small = await bytesOf(await teach(support), "small.task");
    expect((await bytesOf(grown, "shrunk.task")).equals(small)).toBe(true);
  });

  it("does not add what it has, and keeps others of the same id", async () => {
    const task = await teach(support);
    expect((await task.add([support[0]])).repeated).toEqual(["fruit/0"]);
    await task.add([{ id: "fruit/0", label: "fruit", text: "dried figs" }]);
    expect(task.examples).toHaveLength(support.length + 1);
    await expect(task.remove({ ids: ["nothing"] })).rejects.toMatchObject({ code: "task/no-such-example" });
    await expect(task.remove({ classes: ["fruit"] })).rejects.toMatchObject({ code: "task/one-class" });
    expect(task.examples).toHaveLength(support.length + 1);
  });

  it("predicts the same after saving and loading, and keeps examples only if asked to", async () => {
    const task = await teach(support, { keepExamples: true });
    const path = join(folder, "kept.task");
    await task.save(path);
    const loaded = await loadTaughtTask(path);
    const query = { text: "an apple" };
    expect(await loaded.predict(query)).toEqual(await task.predict(query));
    expect(loaded.report).toEqual(task.report);
    const { originals } = await readTaskFile(path);
    expect(new TextDecoder().decode(originals?.get("fruit/0")?.text)).toBe("a red apple");
    expect((await readTaskFile(join(folder, "small.task"))).originals).toBeUndefined();
    expect(readFileSync(join(folder, "small.task")).includes("a red apple")).toBe(false);
  });

  it("says that one example per class is not enough to estimate, and works with it", async () => {
    const task = await teach([
      { label: "red", image: picture(220, 30, 30, 1) },
      { label: "blue", image: picture(30, 30, 220, 2) },
    ]);
    expect(task.report?.accuracy).toBeUndefined();
    expect(task.report?.reason).toMatch(/not enough examples/);
    expect((await task.predict({ image: picture(210, 40, 35, 3) })).label).toBe("red");
  });

  it("expects of all examples fewer errors than of those that a fold leaves", async () => {
    const odd = [
      ...texts("fruit", fruit),
      ...texts("tools", [...tools.slice(0, 3), "a ripe apple", "a sweet pear"]),
    ];
    const { report } = await teach(odd);
    const { accuracy, correct, count, interval } = report!.accuracy!;
    expect(report?.method).toBe("5 folds");
    expect(count).toBe(10);
    expect(correct).toBeLessThan(10);
    // Each error counts ((1 + 1/5) / (1 + 1/4))².
    expect(accuracy).toBeCloseTo(1 - ((10 - correct) / 10) * (1.2 / 1.25) ** 2, 12);
    expect(interval[0]).toBeLessThan(accuracy);
    expect(interval[1]).toBeGreaterThan(accuracy);
  });

  it("leaves equal examples out together", async () => {
    const copies = texts("fruit", ["a red apple", "a red apple", "a red apple"]);
    const { report } = await teach([...copies, ...texts("tools", tools)]);
    expect(Object.keys(report?.classes ?? {})).toEqual(["tools"]);
    expect(report?.advice.join()).toContain('"fruit"');
  });

  it("predicts from any modality that example and support share", async () => {
    const both = [
      ...[1, 2, 3].map((i) => ({ label: "fruit", text: fruit[i], image: picture(220, 30, 30, i) })),
      ...[1, 2, 3].map((i) => ({ label: "tools", text: tools[i], image: picture(60, 60, 70, i) })),
      { label: "fruit", text: fruit[4] },
      { label: "tools", image: picture(65, 60, 70, 9) },
    ];
    const task = await teach(both);
    expect(Object.keys(task.report?.modalities ?? {})).toEqual(["image", "text"]);
    expect(await task.predict({ image: picture(215, 35, 30, 5) })).toMatchObject({
      label: "fruit",
      weights: { image: 1 },
    });
    expect(await task.predict({ text: "a hammer" })).toMatchObject({ label: "tools", weights: { text: 1 } });
    const apart = await teach([
      { label: "a", text: "one" },
      { label: "b", text: "two" },
      { label: "a", image: picture(1, 2, 3, 1) },
    ]);
    const none = (await apart.predict({ image: picture(1, 2, 3, 1) })) as TaughtClassPrediction;
    expect(none.unknown === true || none.label === "a").toBe(true);
  });

  it("does not hold a modality that only one class has against that class", async () => {
    const some = [
      ...[1, 2, 3].map((i) => ({ label: "red", image: picture(255 - 40 * i, 25 * i, 30, i) })),
      ...[1, 2, 3].map((i) => ({
        label: "blue",
        image: picture(30, 25 * i, 255 - 40 * i, i),
        text: "like the sky",
      })),
    ];
    const task = await teach(some);
    expect(Object.keys(task.report?.modalities ?? {})).not.toContain("text");
    const both = { image: picture(35, 30, 215, 7), text: "the sky" };
    expect((await task.predict(both)).label).toBe("blue");
    expect((await task.predict({ text: "the sky" })) as TaughtClassPrediction).toMatchObject({
      unknown: true,
    });
  });

  it("teaches tables and numbers", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      width: i % 2 ? 3 + i / 20 : 1 + i / 20,
      colour: "red",
    }));
    const modalities = { size: { kind: "tabular", columns: ["width", "colour"] } };
    const labelled = rows.map((row, i) => ({ ...row, label: i % 2 ? "wide" : "narrow" }));
    const task = await teach(createDataset({ name: "sizes", examples: labelled, modalities }));
    expect((await task.predict({ width: 3.4, colour: "blue" })).label).toBe("wide");
    const numbered = rows.map((row) => ({ ...row, label: 2 * row.width + 1 }));
    const regression = await teach(createDataset({ name: "sizes", examples: numbered, modalities }));
    const { value } = await regression.predict({ width: 2, colour: "red" });
    expect(value).toBeGreaterThan(4);
    expect(value).toBeLessThan(6);
  });

  it("takes class names as further examples", async () => {
    const task = await teach(
      [
        { label: "fruit", text: "plums" },
        { label: "clothes", text: "jeans" },
      ],
      { labelShots: 1 },
    );
    expect((await task.predict({ text: "fruit" })).label).toBe("fruit");
    await expect(
      teach(
        [
          { label: "a", x: [1] },
          { label: "b", x: [2] },
        ],
        { labelShots: 1 },
      ),
    ).rejects.toMatchObject({ code: "teach/no-text" });
  });

  it("refuses examples that no task can be taught with", async () => {
    await expect(teach([])).rejects.toMatchObject({ code: "data/no-rows" });
    await expect(teach(texts("fruit", fruit))).rejects.toMatchObject({ code: "task/one-class" });
    await expect(teach([...support, { text: "a thing" }])).rejects.toMatchObject({ code: "task/no-label" });
    const broken = { label: "broken", image: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]) };
    await expect(teach([{ label: "red", image: picture(200, 0, 0, 1) }, broken])).rejects.toMatchObject({
      code: "teach/unreadable-class",
    });
  });

  it("says which modality only one class has, as of a text file among pictures", async () => {
    const pictures = [1, 2].flatMap((i) => [
      { label: "red", image: picture(220, 30, 30, i) },
      { label: "blue", image: picture(30, 30, 220, i) },
    ]);
    const codesOf = async (examples: Example[]) => {
      const codes: string[] = [];
      await teach(examples, { onNotice: ({ code }) => codes.push(code) });
      return codes.filter((code) => code.startsWith("teach/"));
    };
    expect(await codesOf([...pictures, { label: "red", text: "notes" }])).toEqual(["teach/stray-modality"]);
    expect(await codesOf(pictures)).toEqual([]);
  });

  it("names what a query that cannot be decoded should be", async () => {
    const task = await teach([1, 2].map((i) => ({ label: `${i}`, image: picture(90 * i, 30, 30, i) })));
    const broken = { image: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]) };
    await expect(task.predict(broken)).rejects.toMatchObject({ exitCode: 2 });
    await expect(task.predictAll([{ image: picture(90, 30, 30, 1) }, broken])).rejects.toMatchObject({
      code: "task/undecodable",
      message: expect.stringMatching(/^example 2, field "image": [^;]*; expected [^;]*\. [^;]*$/),
    });
  });

  it("refuses files that are no taught task or of other encoders, and other contents at a path", async () => {
    const task = await teach(support);
    const path = join(folder, "other.task");
    writeFileSync(path, "something else");
    await expect(task.save(path)).rejects.toMatchObject({ code: "task/would-overwrite" });
    expect(readFileSync(path, "utf8")).toBe("something else");
    await expect(loadTaughtTask(path)).rejects.toMatchObject({ exitCode: 2 });
    const text = encodeTaskFile(await readTaskFile(join(folder, "small.task")));
    expect(Buffer.from(text).equals(readFileSync(join(folder, "small.task")))).toBe(true);
    for (const cut of [10, 200, text.length - 30]) {
      writeFileSync(path, text.subarray(0, cut));
      await expect(loadTaughtTask(path)).rejects.toMatchObject({ exitCode: 2 });
    }
    expect(readdirSync(folder).filter((name) => name.startsWith(".metamodal"))).toEqual([]);
  });
});

describe("a task file whose parts do not go together", () => {
  const edited = async (change: (file: TaskFile) => TaskFile) => {
    const path = join(folder, "edited.task");
    writeFileSync(path, encodeTaskFile(change(await readTaskFile(join(folder, "small.task")))));
    return loadTaughtTask(path);
  };
  const firstOf = (file: TaskFile, change: Partial<EmbeddedExample>): TaskFile => ({
    ...file,
    examples: file.examples.map((example, i) => (i === 0 ? { ...example, ...change } : example)),
  });

  it.each<[string, (file: TaskFile) => TaskFile, RegExp]>([
    [
      "a vector that is not finite",
      (file) => {
        const [name, vector] = Object.entries(file.examples[0].vectors)[0];
        return firstOf(file, {
          vectors: { ...file.examples[0].vectors, [name]: vector.map(() => Number.NaN) },
        });
      },
      /vectors\.safetensors, text\/.*not finite/,
    ],
    ["classes in a task of numbers", (file) => ({ ...file, task: "regression" }), /it has no number/],
    ["an example without class", (file) => firstOf(file, { label: undefined }), /it has no class/],
    ["an id twice", (file) => firstOf(file, { id: file.examples[1].id }), /the id is there twice/],
    ["a modality that is not declared", (file) => ({ ...file, kinds: {} }), /field "kinds" has no "text"/],
  ])("%s", async (_, change, says) => {
    await expect(edited(change)).rejects.toThrow(says);
  });
});
