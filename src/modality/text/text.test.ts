import { describe, expect, it } from "vitest";
import { fnv1a } from "../../base/hash.js";
import { Media } from "../modality.js";
import { countFeatures } from "./ngrams.js";
import { readText, text } from "./text.js";

const samples = (...values: unknown[]) => values.map((value, i) => ({ value, where: `row ${i + 1}` }));
const plan = (values: unknown[], options = {}) => text.plan(samples(...values), options, "card");
const file = (bytes: Uint8Array) => new Media("notes/1.txt", async () => bytes);

/** The features as people write them: < and > for a word's begin and end. */
const featuresOf = (content: string, ngrams: [number, number]) =>
  Object.fromEntries(
    [...countFeatures(content, ngrams)].map(([feature, n]) => [
      feature.replace("\u0002", "<").replace("\u0003", ">"),
      n,
    ]),
  );

describe("the features of a text", () => {
  it("are its words and their n-grams, with where words begin and end", () => {
    expect(featuresOf("Go, go!", [2, 3])).toEqual({
      ...{ "<go>": 2, "<g": 2, go: 2, "o>": 2, "<go": 2, "go>": 2 },
      ...{ "<,>": 1, "<,": 1, ",>": 1, "<!>": 1, "<!": 1, "!>": 1 },
    });
  });

  it("are of any script, and never part a letter from its marks", () => {
    expect(Object.keys(featuresOf("нет", [3, 3]))).toEqual(["<нет>", "<не", "нет", "ет>"]);
    expect(Object.keys(featuresOf("日本", [2, 2]))).toEqual(["<日本>", "<日", "日本", "本>"]);
    expect(Object.keys(featuresOf("हिन्दी", [1, 1]))).toEqual(["<हिन्दी>", "<", "हि", "न्", "दी", ">"]);
    expect(Object.keys(featuresOf("👩🏽‍🚒", [3, 3]))).toEqual(["<👩>", "<🏽>", "<🚒>"]);
  });

  it("are the same for what is the same to a reader", () => {
    const same = (a: string, b: string) => expect(featuresOf(a, [2, 4])).toEqual(featuresOf(b, [2, 4]));
    same("Café", "CAFE\u0301");
    same("ﬁle №５", "file no5");
    same("می\u200cخواهم", "میخواهم");
    same("a\u00a0b\tc", "a b c");
    expect(featuresOf("straße", [3, 3])).not.toEqual(featuresOf("strasse", [3, 3]));
  });
});

describe("text", () => {
  it("weighs buckets by (1 + ln n) · idf of the train rows, at length 1", async () => {
    const buckets = 4096;
    const spec = await plan(["red red", "red blue", "green"], { ngrams: [8, 8], buckets });
    const [red, blue, other] = ["red", "blue", "violet"].map(
      (word) => fnv1a(`\u0002${word}\u0003`) % buckets,
    );
    const idf = (texts: number) => 1 + Math.log(4 / (1 + texts));
    expect(spec.idf).toHaveLength(buckets);
    expect(spec.idf[red]).toBeCloseTo(idf(2), 3);
    expect(spec.idf[blue]).toBeCloseTo(idf(1), 3);
    expect(spec.idf[other]).toBeCloseTo(idf(0), 3);
    expect(spec.shape).toEqual([2, 2]);
    const out = await text.encode("red blue red", spec, "x");
    const weights = [(1 + Math.log(2)) * idf(2), idf(1)];
    expect([...out.slice(0, 2)]).toEqual([red, blue]);
    for (const i of [0, 1]) expect(out[2 + i]).toBeCloseTo(weights[i] / Math.hypot(...weights), 3);
  });

  it("keeps the weightiest features of a long text, and pads a short one by weights of 0", async () => {
    const spec = await plan(["a b", "a c d"], { ngrams: [8, 8], features: 2 });
    const bucket = (word: string) => fnv1a(`\u0002${word}\u0003`) % 8192;
    const long = await text.encode("a b c", spec, "x");
    expect(new Set(long.slice(0, 2))).toEqual(new Set([bucket("b"), bucket("c")]));
    expect([...(await text.encode("d", spec, "x"))]).toEqual([bucket("d"), 0, 1, 0]);
  });

  it("reads files of UTF-8 and says which is not", async () => {
    const bytes = new TextEncoder().encode("\uFEFFgrüne Blätter");
    const spec = await plan([file(bytes)]);
    expect(await text.encode(file(bytes), spec, "x")).toEqual(await text.encode("grüne Blätter", spec, "x"));
    await expect(text.encode(file(Uint8Array.of(0xc3, 0x28)), spec, "row 1")).rejects.toThrow(
      /^row 1, file notes\/1\.txt: the file is not valid UTF-8/,
    );
    await expect(text.encode(file(Uint8Array.of(10)), spec, "row 1")).rejects.toThrow(
      /^row 1, file notes\/1\.txt: the text is blank/,
    );
  });

  it.each<[unknown, RegExp]>([
    [" \u200b\t", /^row 1: the text is blank; expected .*visible character/],
    [7, /^row 1: a value of type number is not a text/],
    ["x".repeat(1_000_001), /^row 1: the text has 1000001 characters/],
  ])("refuses %j", async (value, says) => {
    expect(() => text.check(value, "row 1")).toThrow(says);
    await expect(plan([value])).rejects.toThrow(says);
  });

  it("refuses options it does not have or that cannot be", async () => {
    await expect(plan(["a"], { ngrams: [4, 2] })).rejects.toThrow(
      /^card\.ngrams: the value is \[4,2\]; expected \[least, most\]/,
    );
    await expect(plan(["a"], { words: true })).rejects.toThrow(
      /no option "words"; expected only the options ngrams, buckets, features/,
    );
  });
});

describe("text files", () => {
  const read = (bytes: Uint8Array) => readText(new Media("a.txt", async () => bytes), "row 1");
  const utf16 = (text: string) => Buffer.from(text, "utf16le");

  it.each<[string, Uint8Array]>([
    ["UTF-8", Buffer.from("grüße")],
    ["UTF-8 with a mark", Buffer.from("\ufeffgrüße")],
    ["UTF-16 with a mark", utf16("\ufeffgrüße")],
    ["big-endian UTF-16 with a mark", utf16("\ufeffgrüße").swap16()],
  ])("are read from %s", async (_, bytes) => {
    expect(await read(bytes)).toBe("grüße");
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "UTF-16 without a mark",
      utf16("good morning"),
      /file a\.txt: the file is UTF-16 without a byte order mark/,
    ],
    ["big-endian UTF-16 without one", utf16("good morning").swap16(), /UTF-16 without a byte order mark/],
    ["Windows-1252", Buffer.from("gr\xfc\xdfe", "latin1"), /not valid UTF-8/],
    ["a PNG", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), /is a PNG image, not text/],
    ["a Word document", Buffer.from("PK\x03\x04\x14\0\x06\0", "latin1"), /an Office document/],
    ["zeros and more", Buffer.from([1, 0, 0, 0, 200, 3, 0, 0]), /is binary, not text/],
  ])("are refused: %s", async (_, bytes, says) => {
    await expect(read(bytes)).rejects.toThrow(says);
  });
});
