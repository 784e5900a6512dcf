/** Writes FlatBuffers with the identifier of TensorFlow Lite. */

/** A field of a FlatBuffers table: a number, bytes, int32s, a table or tables. */
export type Field =
  | { byte: number }
  | { int: number }
  | { ints: readonly number[] }
  | { bytes: Uint8Array }
  | { table: Fields }
  | { tables: readonly Fields[] };
/** Fields by number; missing ones are absent. */
export type Fields = Readonly<Record<number, Field>>;

/** Encode a table as a file with the identifier of TensorFlow Lite. */
export function flatbuffer(root: Fields): Uint8Array {
  const out: number[] = [0, 0, 0, 0, ...Buffer.from("TFL3")];
  const put32 = (value: number, at = out.length) =>
    out.splice(at, 4, value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
  const point = (slot: number) => put32(out.length - slot, slot);
  const table = (fields: Fields): void => {
    const count = Math.max(-1, ...Object.keys(fields).map(Number)) + 1;
    const sizes = [4 + 2 * count, 4 + 4 * count];
    const offsets = Array.from({ length: count }, (_, i) => (fields[i] ? 4 + 4 * i : 0));
    out.push(...[...sizes, ...offsets].flatMap((value) => [value & 255, value >> 8]));
    const start = out.length;
    for (let parent = 0; parent <= count; parent++) put32(parent === 0 ? sizes[0] : 0);
    starts.push(start);
    for (const [key, field] of Object.entries(fields)) write(start + 4 + 4 * Number(key), field);
  };
  const starts: number[] = [];
  const tableAt = (slot: number, fields: Fields) => {
    const place = starts.length;
    table(fields);
    put32(starts[place] - slot, slot);
  };
  const write = (slot: number, field: Field): void => {
    if ("byte" in field) out[slot] = field.byte;
    else if ("int" in field) put32(field.int, slot);
    else if ("table" in field) tableAt(slot, field.table);
    else {
      point(slot);
      if ("bytes" in field) {
        put32(field.bytes.length);
        out.push(...field.bytes);
      } else if ("ints" in field) {
        put32(field.ints.length);
        for (const value of field.ints) put32(value);
      } else {
        put32(field.tables.length);
        const first = out.length;
        for (const _ of field.tables) put32(0);
        for (const [i, fields] of field.tables.entries()) tableAt(first + 4 * i, fields);
      }
    }
  };
  tableAt(0, root);
  return Uint8Array.from(out);
}
