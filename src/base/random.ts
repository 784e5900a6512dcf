/**
 * A counter-based random generator: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, 2011).
 *
 * The n-th number of a stream is a pure function of (seed, stream, n), so any episode, initial parameter or
 * mask can be drawn again on resume, on any thread, in any order. Written here because the numbers are part
 * of the byte-identity promise and no npm package offers the generator.
 */

import { fnv1a } from "./hash.js";

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers, in products of 16 bits. */
function mulHigh(a: number, b: number): number {
  const [al, ah, bl, bh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = (Math.imul(ah, bl) >>> 0) + (Math.imul(al, bl) >>> 16);
  const low = (middle & 0xffff) + (Math.imul(al, bh) >>> 0);
  return (Math.imul(ah, bh) + (middle >>> 16) + (low >>> 16)) | 0;
}

/**
 * Ten Philox rounds over a 128-bit counter with a 64-bit key: four uniform 32-bit words. In signed integers and without
 * arrays until the end, which is five times as fast: whatever is drawn passes here.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const high1 = mulHigh(M1, c2);
    const low0 = Math.imul(M0, c0);
    c0 = high1 ^ c1 ^ k0;
    c1 = Math.imul(M1, c2);
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Names a stream by words and numbers. */
const hash = (parts: readonly (string | number)[]): number => fnv1a(parts.join("\u0000"));

/** A stream of random numbers. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Standard normal (Box and Muller, 1958). */
  normal(): number;
  /** The items in random order (Fisher and Yates); the argument is left alone. */
  shuffle<T>(items: readonly T[]): T[];
  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[];
}

/**
 * The stream named by `seed` and `name`: the same arguments give the same numbers, always.
 *
 * @example random(1, "episode", step, task).integer(5)
 */
export function random(seed: number, ...name: (string | number)[]): Random {
  const key: [number, number] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const [s0, s1] = [hash(name), hash(["second", ...name])];
  let block: number[] = [];
  let index = 0;
  const word = (): number => {
    if (block.length === 0) block = philox([index >>> 0, Math.floor(index++ / 2 ** 32) >>> 0, s0, s1], key);
    return block.pop()!;
  };
  const uniform = () => word() / 2 ** 32;
  const integer = (n: number) => Math.floor(uniform() * n);
  const sample = <T>(items: readonly T[], count: number): T[] => {
    const pool = [...items];
    for (let i = 0; i < count; i++) {
      const j = i + integer(pool.length - i);
      [pool[i], pool[j]] = [pool[j], pool[i]];
    }
    return pool.slice(0, count);
  };
  return {
    uniform,
    integer,
    sample,
    shuffle: (items) => sample(items, items.length),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The streams of one seed, by name. */
export type Streams = (...name: (string | number)[]) => Random;

export const streamsOf =
  (seed: number): Streams =>
  (...name) =>
    random(seed, ...name);

/** Stands in for a random stream when arrays are made for their shapes only: every draw is zero. */
export const undrawn: Random = {
  uniform: () => 0,
  integer: () => 0,
  normal: () => 0,
  shuffle: (items) => [...items],
  sample: (items, count) => items.slice(0, count),
};

/** Streams by name that one stream decides; of none, none. */
export const streamsFrom = (stream: Random): Streams =>
  stream === undrawn ? () => undrawn : streamsOf(stream.integer(2 ** 32));
