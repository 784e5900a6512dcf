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
