import { expect, it } from "vitest";
import { sha256 } from "./sha256.js";
import { sha256 as inPage } from "./sha256.web.js";

it("is the same in a page, for every length of the last block", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (31 * i + length) % 256);
    expect(inPage(bytes)).toBe(sha256(bytes));
  }
  expect(inPage("ä 漢 🙂")).toBe(sha256("ä 漢 🙂"));
});

it("is that of the parts one after another", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (7 * i) % 256);
  for (const cuts of [[0], [1, 64], [63, 65, 128], [10, 10, 250], [64, 128, 192]]) {
    const parts = [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? 300));
    expect(sha256(...parts)).toBe(sha256(bytes));
    expect(inPage(...parts)).toBe(sha256(bytes));
  }
  expect(inPage("ä", bytes, "")).toBe(sha256("ä", bytes));
  expect(inPage()).toBe(sha256(""));
});
