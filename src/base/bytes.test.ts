import { expect, it } from "vitest";
import { concatenated, dataViewOf, indexOfText, latin1, utf8Bytes } from "./bytes.js";

it("reads bytes as Node's latin1 does, all 256 of them and many", () => {
  const all = Uint8Array.from({ length: 3 << 13 }, (_, i) => i % 256);
  expect(latin1(all)).toBe(Buffer.from(all).toString("latin1"));
});

it("writes text as Node's UTF-8 does, lone surrogates included", () => {
  for (const text of ["", "ä 漢 🙂", "\ud800x"])
    expect(Buffer.from(utf8Bytes(text))).toEqual(Buffer.from(text));
});

it("joins bytes and finds text in them, also behind a false start", () => {
  const joined = concatenated([utf8Bytes("isisp"), new Uint8Array(0), utf8Bytes("e ispe")]);
  expect(indexOfText(joined, "ispe")).toBe(2);
  expect(indexOfText(joined, "ispe", 3)).toBe(7);
  expect(indexOfText(joined, "ispo")).toBe(-1);
});

it("views a part of a buffer at its own offset", () => {
  const part = Uint8Array.of(9, 0, 0, 1, 2).subarray(1);
  expect(dataViewOf(part).getUint32(0)).toBe(258);
});
