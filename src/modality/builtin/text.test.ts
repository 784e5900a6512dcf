import { beforeAll, describe, expect, it } from "vitest";
import { goldenTexts } from "../../../encoders/build/golden/text.js";
import { Media } from "../modality.js";
import { isReadable, text } from "./text.js";
import type { BuiltinEmbeddings } from "./types.js";

const embed = async (values: readonly unknown[]) =>
  text.embed(await Promise.all(values.map((value) => text.contents(value, "here"))));

const cosine = (x: Float32Array, y: Float32Array) =>
  x.reduce((sum, value, i) => sum + value * y[i], 0) / Math.hypot(...x) / Math.hypot(...y);

describe("vectors of texts", () => {
  const texts = goldenTexts.map((golden) => golden.text);
  let together: BuiltinEmbeddings[];
  beforeAll(async () => {
    together = await embed([...texts, ...texts.map((each) => `${each}!`), ...texts]);
  });

  it("of the network are those of the original runtime, but for the weights' rounding", () => {
    for (const [i, golden] of goldenTexts.entries())
      expect(cosine(together[i].network, golden.vector), golden.text).toBeGreaterThan(0.998);
  });

  it("have the declared lengths, and unit length", () => {
    for (const { name, length } of text.encoders)
      for (const vectors of together) {
        expect(vectors[name]).toHaveLength(length);
        expect(Math.hypot(...vectors[name])).toBeCloseTo(1, 4);
      }
  });

  it("have the same bytes whatever else is embedded", async () => {
    const twice = together.slice(2 * texts.length);
    for (const [i, each] of texts.entries()) {
      const [alone] = await embed([each]);
      expect(alone).toEqual(together[i]);
      expect(alone).toEqual(twice[i]);
    }
  });

  it("depend on the first 128 tokens", async () => {
    const words = (count: number) => Array.from({ length: count }, () => "red").join(" ");
    const [some, more, less] = await embed([words(128), words(150), words(127)]);
    expect(more.network).toEqual(some.network);
    expect(less.network).not.toEqual(some.network);
  });

  it("are close for texts of similar meaning without common words", async () => {
    const [hello, greeting, other] = await embed(["how old are you", "what is your age", "book a flight"]);
    expect(cosine(hello.network, greeting.network)).toBeGreaterThan(
      cosine(hello.network, other.network) + 0.2,
    );
  });
});

describe("a text that the network cannot read", () => {
  const unreadable = ["مرحبا بالعالم", "今日はいい天気です", "Привет, мир", "नमस्ते दुनिया", "🙂", "🌼🌻"];

  it.each(unreadable)("has n-grams only: %s", async (value) => {
    expect(await isReadable(value)).toBe(false);
    const [vectors] = await embed([value]);
    expect(Object.keys(vectors)).toEqual(["ngrams"]);
    expect(Math.hypot(...vectors.ngrams)).toBeCloseTo(1, 4);
  });

  it.each([
    "hello",
    "hello 世界",
    "12:30",
    "?",
    "naïve café",
    "Grüße aus Köln",
    "I ♥ 🌼 and you",
  ])("is not one in Latin letters, digits or punctuation: %s", async (value) =>
    expect(await isReadable(value)).toBe(true));

  it("does not keep others from being read", async () => {
    const [arabic, english] = await embed(["مرحبا", "hello"]);
    expect(arabic.network).toBeUndefined();
    expect(english).toEqual((await embed(["hello"]))[0]);
  });
});

describe("contents", () => {
  it("are the text's bytes, of strings and files alike", async () => {
    const file = new Media("a.txt", async () => Buffer.from("\ufeffcafé\n"));
    const contents = await text.contents(file, "here");
    expect(contents).toEqual({
      bytes: new TextEncoder().encode(String(contents.value)),
      value: contents.value,
      where: "here",
    });
    expect(String(contents.value).trim()).toBe("café");
  });

  it.each([
    ["blank", " \n"],
    ["a number", 5],
    ["missing", undefined],
  ])("are refused if %s", async (_, value) => {
    await expect(text.contents(value, "row 3")).rejects.toMatchObject({
      code: "text/bad-value",
      where: "row 3",
    });
  });
});

it("embeds no texts, and long ones", async () => {
  expect(await embed([])).toEqual([]);
  const [long] = await embed(["a long text ".repeat(20_000)]);
  expect(long.network).toHaveLength(512);
});
