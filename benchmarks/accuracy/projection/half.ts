/** Rounds the arrays of a safetensors file to 16-bit floats, in which constants take half the bytes. */

/** The file with each float32 array as float16, of which none may be 65,504 or more. */
export function halved(bytes: Uint8Array): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  for (const entry of Object.values<{ dtype: string; data_offsets: number[] }>(header)) {
    entry.dtype = "F16";
    entry.data_offsets = entry.data_offsets.map((at) => at / 2);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const floats = new Float32Array(bytes.slice(8 + length).buffer);
  const out = new Uint8Array(8 + padded + 2 * floats.length).fill(0x20, 8, 8 + padded);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  out.set(text, 8);
  for (const [i, x] of floats.entries()) view.setUint16(8 + padded + 2 * i, half(x), true);
  return out;
}

/** The nearest IEEE 754 binary16 number, ties to even. */
function half(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -20)));
  const steps = size / 2 ** (exponent - 10);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const fraction = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  // A fraction that rounds up to 2048 carries into the exponent by itself.
  return sign | (exponent === -14 && fraction < 1024 ? fraction : ((exponent + 15) << 10) + fraction - 1024);
}
