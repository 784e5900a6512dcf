/**
 * Encoder of the subset of WebAssembly that fused kernels need: one imported memory, functions without results, 32-bit
 * integers and floats, and vectors of four; and vectors of two 64-bit floats.
 *
 * Written by hand, since maintained libraries (binaryen and the like) are compilers of many megabytes that take longer
 * to load than kernels take to encode.
 */

/** Codes of value types. */
const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
type ValueType = keyof typeof valueTypes;

const opcodes = {
  call: [0x10],
  "local.get": [0x20],
  "local.set": [0x21],
  "local.tee": [0x22],
  select: [0x1b],
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  br_if: [0x0d],
  "i32.const": [0x41],
  "i32.add": [0x6a],
  "i32.sub": [0x6b],
  "i32.and": [0x71],
  "i32.or": [0x72],
  "i32.xor": [0x73],
  "i32.eqz": [0x45],
  "f32.const": [0x43],
  "f32.load": [0x2a, 2],
  "f32.store": [0x38, 2],
  "f32.eq": [0x5b],
  "f32.ne": [0x5c],
  "f32.lt": [0x5d],
  "f32.le": [0x5f],
  "f32.abs": [0x8b],
  "f32.neg": [0x8c],
  "f32.ceil": [0x8d],
  "f32.floor": [0x8e],
  "f32.sqrt": [0x91],
  "f32.add": [0x92],
  "f32.sub": [0x93],
  "f32.mul": [0x94],
  "f32.div": [0x95],
  "f32.min": [0x96],
  "f32.max": [0x97],
  "f32.convert_i32_s": [0xb2],
  "f64.store": [0x39, 3],
  "f64.add": [0xa0],
  "v128.load": [0xfd, 0x00, 0],
  "v128.load32_splat": [0xfd, 0x09, 2],
  "v128.load32_zero": [0xfd, 0x5c, 2],
  "v128.load32_lane": [0xfd, 0x56, 2],
  "v128.store": [0xfd, 0x0b, 0],
  "v128.store32_lane": [0xfd, 0x5a, 2],
  "v128.store64_lane": [0xfd, 0x5b, 3],
  "v128.const": [0xfd, 0x0c],
  "i8x16.shuffle": [0xfd, 0x0d],
  "f32x4.splat": [0xfd, 0x13],
  "f32x4.extract_lane": [0xfd, 0x1f],
  "f32x4.eq": [0xfd, 0x41],
  "f32x4.ne": [0xfd, 0x42],
  "f32x4.lt": [0xfd, 0x43],
  "f32x4.le": [0xfd, 0x45],
  "v128.not": [0xfd, 0x4d],
  "v128.and": [0xfd, 0x4e],
  "v128.or": [0xfd, 0x50],
  "v128.xor": [0xfd, 0x51],
  "v128.bitselect": [0xfd, 0x52],
  "f32x4.ceil": [0xfd, 0x67],
  "f32x4.floor": [0xfd, 0x68],
  "f32x4.abs": [0xfd, 0xe0, 0x01],
  "f32x4.neg": [0xfd, 0xe1, 0x01],
  "f32x4.sqrt": [0xfd, 0xe3, 0x01],
  "f32x4.add": [0xfd, 0xe4, 0x01],
  "f32x4.sub": [0xfd, 0xe5, 0x01],
  "f32x4.mul": [0xfd, 0xe6, 0x01],
  "f32x4.div": [0xfd, 0xe7, 0x01],
  "f32x4.min": [0xfd, 0xe8, 0x01],
  "f32x4.max": [0xfd, 0xe9, 0x01],
  "f32x4.pmax": [0xfd, 0xeb, 0x01],
  "f32x4.pmin": [0xfd, 0xea, 0x01],
  "f64x2.extract_lane": [0xfd, 0x21],
  "f64x2.add": [0xfd, 0xf0, 0x01],
  "f64x2.mul": [0xfd, 0xf2, 0x01],
  "f32x4.relaxed_madd": [0xfd, 0x85, 0x02],
  "f32x4.nearest": [0xfd, 0x6a],
  "f32x4.convert_i32x4_s": [0xfd, 0xfa, 0x01],
  "i32x4.trunc_sat_f32x4_s": [0xfd, 0xf8, 0x01],
  "i32x4.shl": [0xfd, 0xab, 0x01],
  "i32x4.shr_s": [0xfd, 0xac, 0x01],
  "i32x4.add": [0xfd, 0xae, 0x01],
  "i32x4.sub": [0xfd, 0xb1, 0x01],
} as const;
export type Opcode = keyof typeof opcodes;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value >>> 0;
  do {
    const byte = left & 0x7f;
    left >>>= 7;
    bytes.push(left === 0 ? byte : byte | 0x80);
  } while (left !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let left = value | 0;
  for (;;) {
    const byte = left & 0x7f;
    left >>= 7;
    if ((left === 0 && !(byte & 0x40)) || (left === -1 && byte & 0x40)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

export const floatBytes = (number: number): number[] => [...new Uint8Array(Float32Array.of(number).buffer)];

/** The body of a function under construction. Parameters are i32, and the first locals. */
export class FunctionBody {
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];

  constructor(readonly parameters: number) {}

  /** A new local variable. */
  local(type: ValueType): number {
    return this.parameters + this.#locals.push(type) - 1;
  }

  /** Append an instruction with unsigned immediates. */
  op(opcode: Opcode, ...immediates: number[]): this {
    for (const byte of opcodes[opcode]) this.#code.push(byte);
    for (const immediate of immediates) this.#code.push(...unsigned(immediate));
    return this;
  }

  /** Append an instruction with raw immediate bytes. */
  raw(opcode: Opcode, bytes: readonly number[]): this {
    this.#code.push(...opcodes[opcode], ...bytes);
    return this;
  }

  int(value: number): this {
    return this.raw("i32.const", signed(value));
  }

  get(local: number): this {
    return this.op("local.get", local);
  }

  set(local: number): this {
    return this.op("local.set", local);
  }

  /** Add a number to a local integer. */
  advance(local: number, by: number): this {
    return by === 0 ? this : this.get(local).int(by).op("i32.add").set(local);
  }

  /** A new local integer: `from` plus a number. */
  offset(from: number, by = 0): number {
    const local = this.local("i32");
    this.get(from);
    if (by !== 0) this.int(by).op("i32.add");
    return this.set(local) && local;
  }

  /** Append a loop of a fixed number of iterations; `emit` appends its body. */
  repeat(times: number, emit: () => void): this {
    if (times <= 1) {
      if (times === 1) emit();
      return this;
    }
    const left = this.local("i32");
    this.int(times).set(left).op("loop");
    emit();
    this.get(left).int(1).op("i32.sub").op("local.tee", left).op("br_if", 0).op("end");
    return this;
  }

  /** The encoded body with its size. */
  bytes(): number[] {
    const locals = this.#locals.flatMap((type) => [1, valueTypes[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#code, ...opcodes.end];
    return [...unsigned(body.length), ...body];
  }
}

/** A module that imports `env.memory` and exports the functions that have a name. */
export function encodeModule(
  functions: readonly { readonly body: FunctionBody; readonly name?: string }[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const text = (value: string) => [...unsigned(value.length), ...new TextEncoder().encode(value)];
  const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes];
  const counts = [...new Set(functions.map(({ body }) => body.parameters))];
  const types = counts.map((n) => [0x60, ...unsigned(n), ...Array(n).fill(valueTypes.i32), 0]);
  const exported = functions.flatMap(({ name }, i) => (name ? [[...text(name), 0, ...unsigned(i)]] : []));
  const memory = [...text("env"), ...text("memory"), 0x02, 0x00, ...unsigned(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map(({ body }) => unsigned(counts.indexOf(body.parameters))))),
    ...section(7, vector(exported)),
    ...section(10, vector(functions.map(({ body }) => body.bytes()))),
  ]);
}
