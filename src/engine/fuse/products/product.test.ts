/** Products in WebAssembly: every shape, way of storing B and start has the values of a product in doubles. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeModule, FunctionBody } from "../codegen/wasm.js";
import { packed } from "./packing.js";
import { emitProduct, type Product, scratchBytes } from "./product.js";

type Shape = Pick<Product, "m" | "n" | "k" | "transA" | "b" | "start"> & { batch?: number };

/** A number of each position that is not the same in any two rows or columns. */
const entry = (seed: number) => (_: unknown, i: number) => Math.fround(Math.sin(seed + 0.7 * i) * 2);
const numbers = (seed: number, length: number) => Float32Array.from({ length }, entry(seed));

/** Run the function of a product over matrices of these entries. */
function run(shape: Shape, bounds: Product["bounds"] = {}) {
  const { m, n, k, b, start, batch = 1 } = shape;
  const product: Product = {
    ...{ ...shape, bounds, variant: "exact" },
    batch: { count: batch, a: m * k, b: b === "panels" ? 0 : k * n },
  };
  const a = numbers(1, batch * m * k);
  const inRows = numbers(2, (b === "panels" ? 1 : batch) * k * n);
  const stored =
    b === "rows"
      ? inRows
      : b === "panels"
        ? packed(inRows, k, n)
        : inRows.map(
            (_, i) => inRows[Math.floor(i / (k * n)) * k * n + (i % k) * n + (Math.floor(i / k) % n)],
          );
  const first = numbers(3, start === "row" ? n : batch * m * n);
  const lengths = [a.length, stored.length, batch * m * n, first.length];
  const addresses = lengths.map((_, i) => 64 + lengths.slice(0, i).reduce((sum, l) => sum + 4 * l + 64, 0));
  const scratch = addresses[3] + 4 * lengths[3] + 64;
  const pages = Math.ceil((scratch + scratchBytes(product)) / 65536);
  const call = new FunctionBody(0);
  for (const address of [...addresses, scratch]) call.int(address);
  call.op("call", 0);
  const memory = new WebAssembly.Memory({ initial: pages });
  const view = (i: number) => new Float32Array(memory.buffer, addresses[i], lengths[i]);
  const module = new WebAssembly.Module(
    encodeModule([{ body: emitProduct(product) }, { body: call, name: "run" }], pages),
  );
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  for (const [i, data] of [a, stored, undefined, first].entries()) if (data) view(i).set(data);
  // What lies around a matrix is read at most, and never stored.
  const around = new Uint8Array(memory.buffer, addresses[2] + 4 * lengths[2], 64);
  around.fill(171);
  (instance.exports.run as () => void)();
  expect(around.every((byte) => byte === 171)).toBe(true);
  return { c: view(2), a, b: inRows, first };
}

/** The same in doubles, with the scale of its rounding errors: Σ |a b|. */
function expected(
  { m, n, k, transA, b: stored, start }: Shape,
  { a, b, first }: ReturnType<typeof run>,
  at: number,
) {
  const matrix = Math.floor(at / (m * n));
  const [i, j] = [Math.floor(at / n) % m, at % n];
  let sum = start === "zero" ? 0 : start === "row" ? first[j] : first[at];
  let scale = Math.abs(sum);
  for (let l = 0; l < k; l++) {
    const left = a[matrix * m * k + (transA ? l * m + i : i * k + l)];
    const right = b[(stored === "panels" ? 0 : matrix * k * n) + l * n + j];
    sum += left * right;
    scale += Math.abs(left * right);
  }
  return { sum, scale };
}

function check(shape: Shape): void {
  const result = run(shape);
  let error = 0;
  for (const [at, value] of result.c.entries()) {
    const { sum, scale } = expected(shape, result, at);
    error = Math.max(error, Math.abs(value - sum) / (scale + 1e-30));
  }
  expect(error, JSON.stringify(shape)).toBeLessThan(1e-5);
}

const sizes = fc.integer({ min: 1, max: 21 });
const stored = fc.constantFrom("rows", "columns", "panels" as const);
const starts = fc.constantFrom("zero", "row", "matrix" as const);

describe("a product in WebAssembly", () => {
  it("has the values of a product in doubles, for any sizes, batches and ways of storing the factors", () => {
    fc.assert(
      fc.property(
        fc.record({
          ...{ m: sizes, n: sizes, k: sizes, transA: fc.boolean() },
          ...{ b: stored, start: starts, batch: fc.integer({ min: 1, max: 3 }) },
        }),
        (shape) => check(shape as Shape),
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  it("has them in blocks along k and n", () => {
    for (const transA of [false, true])
      for (const b of ["rows", "columns"] as const)
        for (const k of [1024, 1025, 1536, 2000]) check({ m: 9, n: 13, k, transA, b, start: "matrix" });
    check({ m: 9, n: 700, k: 500, transA: false, b: "columns", start: "row" });
    check({ m: 2, n: 150, k: 2100, transA: false, b: "panels", start: "row" });
  });

  it("has each entry to the byte as in any other number of rows and columns", () => {
    const whole = run({ m: 13, n: 21, k: 37, transA: false, b: "rows", start: "zero" });
    for (let m = 1; m < 13; m++) {
      const part = run({ m, n: 21, k: 37, transA: false, b: "rows", start: "zero" });
      expect(part.c).toEqual(whole.c.subarray(0, m * 21));
    }
  });

  it("is refused if it has no entries: programs compute none", () => {
    const shape = { m: 2, n: 3, k: 4, transA: false, b: "rows", start: "zero" } as const;
    for (const size of ["m", "n", "k", "batch"])
      expect(() => run({ ...shape, [size]: 0 })).toThrow("internal: a product of");
  });

  it("applies an activation", () => {
    const shape = { m: 5, n: 7, k: 3, transA: false, b: "rows", start: "zero" } as const;
    const plain = run(shape).c;
    const activated = (bounds: Product["bounds"]) => [...run(shape, bounds).c];
    expect(activated({ low: 0, high: 1 })).toEqual([...plain].map((x) => Math.min(1, Math.max(0, x))));
    expect(activated({ alpha: 0.5, low: -0.25 })).toEqual(
      [...plain].map((x) => Math.max(-0.25, x < 0 ? x / 2 : x)),
    );
  });
});
