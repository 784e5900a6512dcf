/**
 * Writes protocol buffers: a message is a sequence of fields, each a tag (field number and wire type) and a value.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

const utf8 = new TextEncoder();

/** One message under construction. Fields are written in the order of the calls. */
export class ProtobufWriter {
  #buffer = new Uint8Array(4096);
  #length = 0;

  /** Write an int32, int64 or enum field. */
  int(field: number, value: number): void {
    this.#varint(8 * field + VARINT);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(8 * field + FIXED_32);
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  double(field: number, value: number): void {
    this.#varint(8 * field + FIXED_64);
    this.#append(new Uint8Array(Float64Array.of(value).buffer));
  }

  string(field: number, value: string): void {
    this.bytes(field, utf8.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(8 * field + LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#append(value);
  }

  /** Write a field that is already encoded, tag and value. */
  encoded(field: Uint8Array): void {
    this.#append(field);
  }

  /** Write a nested message, whose fields `write` writes. */
  message(field: number, write: () => void): void {
    this.#varint(8 * field + LENGTH_DELIMITED);
    const start = this.#length;
    write();
    const size = this.#length - start;
    // The length precedes the fields and takes one to five bytes, so they move up by as many.
    this.#varint(size);
    const prefix = this.#buffer.slice(start + size, this.#length);
    this.#buffer.copyWithin(start + prefix.length, start, start + size);
    this.#buffer.set(prefix, start);
  }

  /** The bytes of all fields. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** Base 128, the lowest 7 bits first; a negative number as its 64-bit two's complement. */
  #varint(value: number): void {
    this.#reserve(10);
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.#buffer[this.#length++] = Number(rest & 127n) | 128;
      this.#buffer[this.#length++] = Number(rest);
      return;
    }
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = (rest % 128) | 128;
    this.#buffer[this.#length++] = rest;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + count));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
