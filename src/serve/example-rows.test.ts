/** Rows of examples: what is decoded is what was encoded. */

import { expect, it } from "vitest";
import { decodeEmbedded, decodeSupport, encodeExample } from "./example-rows.js";

it("keeps values and the bytes of several files of a support example", () => {
  const values = {
    text: "a leaf",
    x: [0.1, -2],
    row: { age: 61, town: null },
    image: Uint8Array.from([1, 2, 3]),
    empty: new Uint8Array(0),
    sound: Uint8Array.from([9, 8]),
  };
  for (const example of [
    { id: "a", label: "green", group: "g", values },
    { id: "b", label: -0.5, values },
  ]) {
    const { body, bytes } = encodeExample(example);
    const decoded = decodeSupport(body, Uint8Array.from(bytes));
    expect(decoded).toEqual(example);
    expect(body).not.toContain("9,8");
  }
});

it("keeps the vectors of an embedded example", () => {
  const example = {
    ...{ id: "a", label: "green", digests: { text: "d" }, values: { x: [1, 2] } },
    vectors: { "text/network": Float32Array.from([0.1, 3]), "text/ngrams": Float32Array.from([-1]) },
  };
  const { body, bytes } = encodeExample(example);
  expect(decodeEmbedded(body, Uint8Array.from(bytes), "a")).toEqual(example);
});
