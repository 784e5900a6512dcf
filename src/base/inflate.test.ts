import { deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as inNode from "./inflate.js";
import * as inPage from "./inflate.web.js";

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);

describe.each([
  ["Node", inNode],
  ["a page", inPage],
])("in %s", (_, { unzlib, inflateRaw, inflateRawAside }) => {
  it("unpacks both forms, to no more than the limit", async () => {
    expect(Buffer.from(unzlib(deflateSync(bytes), 5000))).toEqual(Buffer.from(bytes));
    expect(Buffer.from(inflateRaw(deflateRawSync(bytes), 5000))).toEqual(Buffer.from(bytes));
    expect(() => unzlib(deflateSync(bytes), 4999)).toThrow();
    expect(() => inflateRaw(deflateRawSync(bytes), 4999)).toThrow();
    expect(() => inflateRaw(deflateRawSync(new Uint8Array(2 ** 20)), 100)).toThrow();
    expect(Buffer.from(await inflateRawAside(deflateRawSync(bytes), 5000))).toEqual(Buffer.from(bytes));
    await expect(inflateRawAside(deflateRawSync(bytes), 10)).rejects.toThrow();
  });

  it("throws for data that are cut off", () => {
    expect(() => inflateRaw(deflateRawSync(bytes).subarray(0, 40), 5000)).toThrow();
  });
});
