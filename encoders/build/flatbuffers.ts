/**
 * Reads FlatBuffers: a table is a position whose fields are found through its virtual table, in the order of the schema.
 *
 * Source: https://flatbuffers.dev/internals/
 */

const utf8 = new TextDecoder();

/** A table at a position of a buffer. Fields are numbered as in the schema; an absent one has its default. */
export class Table {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly position: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The root table of a buffer. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Table(bytes, view.getUint32(0, true));
  }

  int8(field: number, absent = 0): number {
    const at = this.#find(field);
    return at === undefined ? absent : this.#view.getInt8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.#find(field);
    return at === undefined ? absent : this.#view.getInt32(at, true);
  }

  /** A vector of int32; empty if it is absent. */
  ints(field: number): number[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, i) => this.#view.getInt32(start + 4 * i, true));
  }

  /** A vector of bytes; empty if it is absent. */
  data(field: number): Uint8Array {
    const { start, length } = this.#vector(field);
    return this.bytes.subarray(start, start + length);
  }

  string(field: number): string {
    return utf8.decode(this.data(field));
  }

  table(field: number): Table | undefined {
    const at = this.#find(field);
    return at === undefined ? undefined : this.#behind(at);
  }

  /** A vector of tables; empty if it is absent. */
  tables(field: number): Table[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, i) => this.#behind(start + 4 * i));
  }

  /** The table that the offset at a position points to. */
  #behind(at: number): Table {
    return new Table(this.bytes, at + this.#view.getUint32(at, true));
  }

  #vector(field: number): { start: number; length: number } {
    const at = this.#find(field);
    if (at === undefined) return { start: 0, length: 0 };
    const start = at + this.#view.getUint32(at, true);
    return { start: start + 4, length: this.#view.getUint32(start, true) };
  }

  /** The position of a field; undefined if the table lacks it. */
  #find(field: number): number | undefined {
    const virtual = this.position - this.#view.getInt32(this.position, true);
    const entry = 4 + 2 * field;
    if (entry >= this.#view.getUint16(virtual, true)) return undefined;
    const offset = this.#view.getUint16(virtual + entry, true);
    return offset === 0 ? undefined : this.position + offset;
  }
}
