/**
 * SHA-256 (FIPS 180-4) in a page. Implemented here, since `crypto.subtle` is asynchronous and absent from pages that are not
 * served over HTTPS.
 */

import { dataViewOf, utf8Bytes } from "./bytes.js";

const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);

/** The first 32 bits of the fraction of √p and ∛p for the first primes p. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const initial = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const constants = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));

const BLOCK = 64;

/** The SHA-256 of bytes, and of a text's UTF-8, one after another, in hexadecimal. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const state = Int32Array.from(initial);
  /** The bytes of the last block that is not full. */
  const rest = new Uint8Array(BLOCK);
  let length = 0;
  for (const part of parts) {
    const bytes = typeof part === "string" ? utf8Bytes(part) : part;
    const view = dataViewOf(bytes);
    let at = 0;
    while (at < bytes.length) {
      const filled = length % BLOCK;
      const taken = Math.min(BLOCK - filled, bytes.length - at);
      if (taken === BLOCK) addBlock(state, view, at);
      else {
        rest.set(bytes.subarray(at, at + taken), filled);
        if (filled + taken === BLOCK) addBlock(state, dataViewOf(rest), 0);
      }
      at += taken;
      length += taken;
    }
  }
  addLength(state, rest.subarray(0, length % BLOCK), length);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Add the bytes after the last full block, and the length of all in bytes (section 5.1.1). */
function addLength(state: Int32Array, rest: Uint8Array, length: number): void {
  const tail = new Uint8Array(rest.length < BLOCK - 8 ? BLOCK : 2 * BLOCK);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = dataViewOf(tail);
  view.setBigUint64(tail.length - 8, BigInt(length) * 8n);
  for (let at = 0; at < tail.length; at += BLOCK) addBlock(state, view, at);
}

const rotated = (x: number, bits: number) => (x >>> bits) | (x << (32 - bits));
const words = new Int32Array(BLOCK);

/** Add a block of 64 bytes to the state `[8]` (section 6.2.2). */
function addBlock(state: Int32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < BLOCK; t++) {
    const [x, y] = [words[t - 15], words[t - 2]];
    const low = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
    const high = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
    words[t] = (words[t - 16] + low + words[t - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < BLOCK; t++) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[t] + words[t]) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] + x) | 0;
}
