/** Messages are written as protobufjs, another implementation, writes them. */

import protobuf from "protobufjs";
import { expect, it } from "vitest";
import { ProtobufWriter } from "./protobuf.js";
import { fieldsOf } from "./protobuf-fields.js";

const { root } = protobuf.parse(
  `syntax = "proto2";
   message Inner { repeated int64 ints = 1; optional bytes data = 9; }
   message Outer {
     optional float f = 2; optional int64 i = 3; optional string s = 4; repeated Inner inner = 5; optional int32 type = 20;
   }`,
  { keepCase: true },
);
const Outer = root.lookupType("Outer");

it("writes numbers of any size and sign, text, bytes, and messages in messages", () => {
  const inner = [
    {
      ints: [0, 1, -1, 127, 128, 2 ** 31, -(2 ** 40), Number.MAX_SAFE_INTEGER],
      data: new Uint8Array(100_000),
    },
    { ints: [], data: Uint8Array.of(1, 2, 3) },
  ];
  const writer = new ProtobufWriter();
  writer.float(2, 0.3);
  writer.int(3, -5);
  writer.string(4, "λ → wide");
  for (const { ints, data } of inner)
    writer.message(5, () => {
      for (const value of ints) writer.int(1, value);
      writer.bytes(9, data);
    });
  writer.int(20, 7);
  const expected = Outer.encode(Outer.fromObject({ f: 0.3, i: -5, s: "λ → wide", inner, type: 7 })).finish();
  expect(Buffer.compare(writer.finish(), expected)).toBe(0);
});

it("fields are read as they were written", () => {
  const writer = new ProtobufWriter();
  writer.float(2, 0.3);
  writer.int(3, -5);
  writer.string(4, "wide");
  writer.message(5, () => writer.int(1, 2 ** 40));
  const bytes = writer.finish();
  const fields = fieldsOf(bytes);
  expect(fields.map(({ field }) => field)).toEqual([2, 3, 4, 5]);
  expect(new DataView(Uint8Array.from(fields[0].bytes).buffer).getFloat32(0, true)).toBe(Math.fround(0.3));
  expect(fields[1].int).toBe(-5);
  expect(new TextDecoder().decode(fields[2].bytes)).toBe("wide");
  expect(fieldsOf(fields[3].bytes)[0].int).toBe(2 ** 40);
  const copy = new ProtobufWriter();
  for (const { whole } of fields) copy.encoded(whole);
  expect(copy.finish()).toEqual(bytes);
  expect(() => fieldsOf(bytes.subarray(0, bytes.length - 1))).toThrow("cut off");
  expect(() => fieldsOf(Uint8Array.of(0x0b))).toThrow("wire type is 3");
});
