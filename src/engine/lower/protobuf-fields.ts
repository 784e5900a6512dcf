/**
 * Reads protocol buffers: the fields of one message, in their order. The value of a nested message is its bytes.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A field: its number, and its value if it is a varint, else its bytes. `whole` includes the tag. */
export interface ProtobufField {
  readonly field: number;
  readonly int: number;
  readonly bytes: Uint8Array;
  readonly whole: Uint8Array;
}

/** The fields of a message. @throws {Error} for bytes that are no message */
export function fieldsOf(message: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= message.length || shift > 63n) throw new Error("the message is cut off");
      const byte = message[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const type = tag & 7;
    const int = type === VARINT || type === LENGTH_DELIMITED ? varint() : 0;
    const length = { [VARINT]: 0, [LENGTH_DELIMITED]: int, [FIXED_32]: 4, [FIXED_64]: 8 }[type];
    if (length === undefined) throw new Error(`the wire type is ${type}`);
    if (at + length > message.length) throw new Error("the message is cut off");
    const bytes = message.subarray(at, at + length);
    at += length;
    fields.push({ field: tag >>> 3, int, bytes, whole: message.subarray(start, at) });
  }
  return fields;
}
