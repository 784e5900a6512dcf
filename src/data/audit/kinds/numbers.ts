/** Compares vectors and table rows by standardised numbers and, for rows, by the words in their cells. */

import { addHashed } from "./hashing.js";
import type { Comparer } from "./types.js";

const mostWide = 512;
const wordsWide = 128;

/** Numbers by position or name, each standardised; hashed if there are more than `mostWide`. */
function standardised(all: readonly ReadonlyMap<string, number>[]): { data: Float32Array; width: number } {
  const sums = new Map<string, { count: number; sum: number; squares: number }>();
  for (const numbers of all)
    for (const [name, value] of numbers) {
      const own = sums.get(name) ?? { count: 0, sum: 0, squares: 0 };
      sums.set(name, { count: own.count + 1, sum: own.sum + value, squares: own.squares + value * value });
    }
  const scales = new Map(
    [...sums].map(([name, { count, sum, squares }], index) => {
      const mean = sum / count;
      return [name, { index, mean, spread: Math.sqrt(Math.max(0, squares / count - mean ** 2)) || 1 }];
    }),
  );
  const width = Math.max(1, Math.min(scales.size, mostWide));
  const data = new Float32Array(all.length * width);
  for (const [i, numbers] of all.entries()) {
    const own = data.subarray(i * width, (i + 1) * width);
    for (const [name, value] of numbers) {
      const { index, mean, spread } = scales.get(name)!;
      const scaled = (value - mean) / spread;
      if (scales.size <= mostWide) own[index] = scaled;
      else addHashed(own, name, scaled);
    }
  }
  return { data, width };
}

/** Euclidean distance relative to the larger of the values. */
function apart(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let [between, most] = [0, 1e-12];
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(name) ?? 0, b.get(name) ?? 0];
    between += (x - y) ** 2;
    most += Math.max(x * x, y * y);
  }
  return Math.sqrt(between / most);
}

export const vector: Comparer<Map<string, number>> = {
  read: async (value) => new Map(Array.from(value as ArrayLike<number>, (number, k) => [`${k}`, number])),
  content: (numbers) => [...numbers.values()].join(),
  features: standardised,
  distance: apart,
  near: 0.001,
};

interface Cells {
  readonly numbers: Map<string, number>;
  readonly words: readonly string[];
}

/** Compares rows: cells that can be read as numbers are numbers, others words. */
export const tabular: Comparer<Cells> = {
  async read(value) {
    const cells = Object.entries(value as Record<string, unknown>).filter(
      ([, cell]) => cell !== null && cell !== "",
    );
    const isNumber = (cell: unknown) => typeof cell !== "boolean" && Number.isFinite(Number(cell));
    const numbers = cells
      .filter(([, cell]) => isNumber(cell))
      .map(([name, cell]) => [name, Number(cell)] as const);
    const words = cells.filter(([, cell]) => !isNumber(cell)).map(([name, cell]) => `${name}=${cell}`);
    return { numbers: new Map(numbers), words };
  },
  content: ({ numbers, words }) =>
    [...[...numbers].map(([name, value]) => `${name}=${value}`), ...words].sort().join("\n"),
  features(rows) {
    const numbers = standardised(rows.map((row) => row.numbers));
    const width = numbers.width + wordsWide;
    const data = new Float32Array(rows.length * width);
    for (const [i, { words }] of rows.entries()) {
      const own = data.subarray(i * width, (i + 1) * width);
      own.set(numbers.data.subarray(i * numbers.width, (i + 1) * numbers.width));
      for (const word of words) addHashed(own.subarray(numbers.width), word, 1);
    }
    return { data, width };
  },
  distance(a, b) {
    const words = new Set(b.words);
    const same = a.words.length === b.words.length && a.words.every((word) => words.has(word));
    return same && a.numbers.size > 0 ? apart(a.numbers, b.numbers) : 1;
  },
  near: 0.001,
};
