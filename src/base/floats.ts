/** Numbers of other widths than float32, as files of arrays hold them, to float32; all little-endian. */

/** How many bytes a number takes, and what it is at a byte. */
export interface NumberFormat {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));
/** The upper half of a float32. */
function brain(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

export const float16: NumberFormat = { width: 2, read: (view, at) => half(view.getUint16(at, true)) };
export const bfloat16: NumberFormat = { width: 2, read: (view, at) => brain(view.getUint16(at, true)) };
export const float64: NumberFormat = { width: 8, read: (view, at) => view.getFloat64(at, true) };

/** Numbers of `format` into `out`. */
export function widen(bytes: Uint8Array, { width, read }: NumberFormat, out: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * width);
}
