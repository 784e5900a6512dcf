import { expect, it } from "vitest";
import { fnv1a } from "./hash.js";

it("is FNV-1a (vectors of its authors), and tells all of Unicode apart", () => {
  expect(fnv1a("")).toBe(0x811c9dc5);
  expect(fnv1a("a")).toBe(0xe40c292c);
  expect(fnv1a("foobar")).toBe(0xbf9cf968);
  expect(fnv1a("😀")).not.toBe(fnv1a("😁"));
});
