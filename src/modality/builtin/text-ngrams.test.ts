import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ngramVector } from "./text-ngrams.js";

const cosine = (a: string, b: string) => {
  const [x, y] = [ngramVector(a), ngramVector(b)];
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
};

describe("the n-grams of a text", () => {
  it("are a vector of unit length, the same for the same text", () => {
    const vector = ngramVector("white ray florets");
    expect(vector).toHaveLength(4096);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vector).toEqual(ngramVector("White  ray\nflorets"));
  });

  it("are alike for texts with common words, and word forms", () => {
    expect(cosine("transfer money to savings", "transfer funds to savings")).toBeGreaterThan(0.5);
    expect(cosine("transferring", "transferred")).toBeGreaterThan(0.4);
    expect(cosine("transfer money", "book flight")).toBeLessThan(0.1);
  });

  it("include pairs of words in their order", () => {
    expect(cosine("dog bites man", "man bites dog")).toBeLessThan(0.95);
  });

  it.each([
    ["Chinese", "我想预订一张去北京的机票", "请预订一张去上海的机票", "今天天气怎么样"],
    ["Japanese", "明日の天気を教えて", "今日の天気は", "音楽をかけて"],
    ["Arabic", "ما هو الطقس اليوم", "كيف الطقس اليوم", "احجز لي رحلة"],
    ["Thai", "สภาพอากาศวันนี้", "สภาพอากาศพรุ่งนี้", "จองตั๋วเครื่องบิน"],
    ["Korean", "오늘 날씨 어때", "내일 날씨 어때", "비행기 표 예약해 줘"],
    ["Hindi", "आज मौसम कैसा है", "कल मौसम कैसा था", "टिकट बुक करो"],
  ])("work for %s", (_, text, similar, other) => {
    expect(cosine(text, similar)).toBeGreaterThan(cosine(text, other) + 0.1);
  });

  it("work for a text of symbols, and are zeros for one without any", () => {
    expect(cosine("🌼", "🌼")).toBeCloseTo(1, 5);
    expect(cosine("!", "?")).toBe(0);
    for (const text of ["", " ", "\u200d"])
      expect(ngramVector(text).every((value) => value === 0)).toBe(true);
  });

  it("have unit length for any other text", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff), { minLength: 1 }), (codes) => {
        const square = ngramVector(String.fromCodePoint(...codes)).reduce(
          (sum, value) => sum + value * value,
          0,
        );
        expect(square === 0 || Math.abs(square - 1) < 1e-5).toBe(true);
      }),
    );
  });
});
