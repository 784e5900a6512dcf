/**
 * Forms of the lowering that depend on sizes: convolutions in blocks of patches, kernels larger than their input, narrow
 * blocks in pieces, arrays without entries. At the smallest shapes that reach each form, fixed and random, first and second
 * derivatives agree with jax-js's `cpu` backend in float64. At large shapes the fused program agrees with the plain one,
 * and with a directional difference quotient of its loss.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eager, relativeError, valuesOf } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32, mapTree, type NDArray, sizeOf, type Tree } from "../base/array.js";
import { random } from "../base/random.js";
import { encoders } from "../encoder/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { block, initBlock, initStatistics } from "../nn/block.js";
import { convolve, maxPool } from "../nn/layers.js";
import { gradient, np, type Tensor, type Tensors } from "./index.js";
import { Engine } from "./run/engine.js";

const fused = new Engine({ threads: 1 }, { fuse: true });
const plain = new Engine({ threads: 1 }, { fuse: false });
/** Step of the difference quotient, along a direction of length 1. */
const STEP = 2 ** -9;
type Fn = (...args: never[]) => Tensors;

async function ran(engine: Engine, fn: Fn, args: readonly Arrays[]): Promise<number[][]> {
  const program = engine.compile(fn, args as never);
  try {
    return valuesOf(await program.run(args));
  } finally {
    program.release();
  }
}

/** Both the fused and the plain program agree with float64. */
async function holds(fn: Fn, args: readonly Arrays[], tolerance = 2e-5): Promise<void> {
  const expected = eager(fn, args, "float64");
  for (const engine of [fused, plain])
    for (const [i, actual] of (await ran(engine, fn, args)).entries())
      expect(relativeError(actual, expected[i])).toBeLessThan(tolerance);
}

const drawn = (name: string, shape: readonly number[]) => normals(random(3, name, ...shape), shape);

/** [images, height, width, channels in, channels out, kernel]. */
type Convolution = readonly [n: number, h: number, w: number, from: number, to: number, kernel: number];

/** Both first derivatives of a convolution's cube, and of their square: second derivatives. */
function derivatives(x: Tensor, w: Tensor) {
  const loss = (p: { x: Tensor; w: Tensor }) => {
    const y = convolve(p.x, p.w);
    return np.mean(y.mul(y).mul(y));
  };
  const first = gradient(loss);
  const along = (p: { x: Tensor; w: Tensor }) => {
    const g = first(p);
    return np.sum(g.x.mul(g.x)).add(np.sum(g.w.mul(g.w)));
  };
  return { first: first({ x, w }), second: gradient(along)({ x, w }) };
}

const small = (shape: Convolution) => {
  const [n, h, w, from, to, kernel] = shape;
  return holds(derivatives, [drawn("x", [n, h, w, from]), drawn("w", [to, from, kernel, kernel])], 1e-4);
};

/** A convolution and the derivatives of Σ y · r by both operands, by its definition in float64. */
function byDefinition(
  [n, h, w, from, to, kernel]: Convolution,
  x: ArrayLike<number>,
  k: ArrayLike<number>,
  r: ArrayLike<number>,
) {
  const reach = (kernel - 1) >> 1;
  const [y, dx, dk] = [r.length, x.length, k.length].map((length) => new Float64Array(length));
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < h; oy++)
      for (let ox = 0; ox < w; ox++)
        for (let a = Math.max(0, reach - oy); a < Math.min(kernel, h + reach - oy); a++)
          for (let b = Math.max(0, reach - ox); b < Math.min(kernel, w + reach - ox); b++)
            for (let o = 0; o < to; o++) {
              const out = ((i * h + oy) * w + ox) * to + o;
              for (let c = 0; c < from; c++) {
                const at = ((i * h + oy + a - reach) * w + ox + b - reach) * from + c;
                const by = ((o * from + c) * kernel + a) * kernel + b;
                y[out] += x[at] * k[by];
                dx[at] += r[out] * k[by];
                dk[by] += r[out] * x[at];
              }
            }
  return [y, dx, dk].map((values) => [...values]);
}

async function large(shape: Convolution): Promise<void> {
  const [n, h, w, from, to, kernel] = shape;
  const args = [
    drawn("x", [n, h, w, from]),
    drawn("w", [to, from, kernel, kernel]),
    drawn("r", [n, h, w, to]),
  ];
  const fn = (x: Tensor, k: Tensor, r: Tensor) => {
    const slopes = gradient((p: { x: Tensor; k: Tensor }) => np.sum(convolve(p.x, p.k).mul(r)))({ x, k });
    return [convolve(x, k), slopes.x, slopes.k];
  };
  const [x, k, r] = args.map(({ data }) => data);
  const expected = byDefinition(shape, x, k, r);
  for (const engine of [fused, plain])
    for (const [i, actual] of (await ran(engine, fn as never, args)).entries())
      expect(relativeError(actual, expected[i])).toBeLessThan(2e-5);
}

describe("a convolution", () => {
  it.each<{ shape: Convolution }>([
    { shape: [1, 1, 1, 1, 1, 3] },
    { shape: [2, 1, 1, 3, 2, 3] },
    { shape: [2, 2, 1, 2, 2, 3] },
    { shape: [2, 3, 4, 2, 2, 1] },
    { shape: [2, 3, 2, 2, 3, 3] },
  ])("of $shape, twice differentiated", ({ shape }) => small(shape));

  it.each<{ shape: Convolution }>([
    // Patches of several blocks: of several images each, of one, and images that are more than a block.
    { shape: [4, 4, 4, 1400, 1, 3] },
    { shape: [3, 4, 4, 2000, 2, 3] },
    { shape: [2, 5, 3, 5000, 1, 3] },
    { shape: [3, 60, 61, 9, 12, 3] },
    { shape: [2, 40, 40, 20, 7, 5] },
  ])("of $shape, in blocks", ({ shape }) => large(shape));

  it("of any shape", async () => {
    const up = (max: number) => fc.integer({ min: 1, max });
    const shape = fc.tuple(up(5), up(20), up(20), up(40), up(9), fc.constantFrom(1, 3, 5));
    await fc.assert(fc.asyncProperty(shape, large), { numRuns: 12, seed: 17 });
  });
});

describe("a narrow block", () => {
  /** Gradient of a linear readout of a block with respect to the parameters. */
  const slopes = (p: Tensors, x: Tensor, given: Tensors, c: Tensor, r: Tensor) =>
    gradient((q: Tensors) => {
      const { parts } = block([x], q as never, given as never, { use: "measured", mask: c });
      return np.sum(parts[0].mul(r));
    })(p);

  // Activations of several images per piece, of one image per piece, and of images larger than a piece.
  it.each([
    [3, 2, 2, 4],
    [5, 1, 1, 4],
    [9, 9, 8, 900],
    [3, 9, 8, 2500],
    [2, 9, 8, 5000],
    [1, 9, 8, 5000],
  ])("of %i images %i × %i has, by each of %i channels, the derivatives of that channel alone", async (n, h, w, channels) => {
    const params = initBlock(random(1), { in: 1, out: channels }, 2);
    const counts = float32(Array(n).fill(1), [n]);
    const readout = drawn("readout", [n, Math.max(1, h >> 1), Math.max(1, w >> 1), channels]);
    const image = drawn("image", [n, h, w, 1]);
    const args = (p: Arrays, r: Arrays, out: number) => [p, image, initStatistics(out), counts, r];
    const some = [0, channels >> 1, channels - 1];
    const pick = ({ data, shape }: NDArray, axis: number) => {
      const inner = sizeOf(shape.slice(axis + 1));
      const at = Array.from(data, (value, i) => ({ value, c: Math.floor(i / inner) % channels }));
      const order =
        axis === 0
          ? some.flatMap((c) => at.filter((one) => one.c === c))
          : at.filter(({ c }) => some.includes(c));
      return float32(
        order.map(({ value }) => value),
        shape.map((size, i) => (i === axis ? some.length : size)),
      );
    };
    const few = {
      weight: pick(params.weight, 0),
      scale: pick(params.scale, 0),
      shift: pick(params.shift, 0),
    };
    const expected = eager(slopes as never, args(few, pick(readout, 3), 3) as Arrays[], "float64");
    for (const engine of [fused, plain]) {
      const program = engine.compile(slopes as never, args(params, readout, channels) as never);
      const found = (await program.run(args(params, readout, channels) as Arrays[])) as Record<
        string,
        NDArray
      >;
      program.release();
      const actual = valuesOf(
        Object.fromEntries(Object.entries(found).map(([name, value]) => [name, pick(value, 0)])),
      );
      for (const [i, values] of actual.entries())
        expect(relativeError(values, expected[i])).toBeLessThan(1e-4);
    }
  });
});

it("pools an axis down to 1 entry and no further", async () => {
  for (const shape of [
    [2, 1, 1, 3],
    [2, 1, 5, 3],
    [2, 3, 2, 3],
    [2, 1, 4],
  ]) {
    const fn = (x: Tensor) => [maxPool(x), gradient((v: Tensor) => np.sum(maxPool(v).mul(maxPool(v))))(x)];
    await holds(fn as never, [drawn("halved", shape)]);
  }
});

it("computes with arrays that have no entries", async () => {
  const [x, w] = [drawn("rows", [3, 4]), drawn("columns", [4, 5])];
  const fn = (a: Tensor, b: Tensor) => {
    const none = a.slice([1, 1]);
    const product = np.matmul(none, b).mul(2).add(1);
    const inner = np.matmul(a.slice([], [2, 2]), b.slice([2, 2]));
    return [
      np.concatenate([product, np.matmul(a, b)], 0),
      inner,
      np.sum(product),
      product.reshape([0, 5, 1]),
    ];
  };
  const expected = [eager(((a: Tensor, b: Tensor) => np.matmul(a, b)) as never, [x, w], "float64")[0]];
  for (const engine of [fused, plain]) {
    const [joined, inner, sum, none] = await ran(engine, fn as never, [x, w]);
    expect(relativeError(joined, expected[0])).toBeLessThan(1e-5);
    expect(inner).toEqual(Array(15).fill(0));
    expect([sum, none]).toEqual([[0], []]);
  }
});

describe("at large shapes, the fused program", () => {
  const cases = [
    ["conv4", [3, 96, 97], 2],
    ["resnet", [3, 65, 64], 2],
    ["spectrogram", [1, 40, 300], 2],
    ["sequence", [5, 4096], 2],
  ] as const;
  it.each(
    cases,
  )("of %s on %j agrees with the plain one and with the difference quotient", async (name, shape, n) => {
    const { create, options } = encoders[name];
    const encoder = create(options.parse({}) as never);
    const spec = { kind: "image", shape } as unknown as ModalitySpec;
    const params = encoder.init(spec, 16, random(2));
    const x = drawn("large", [n, ...shape]);
    const counts = float32(Array(n).fill(1), [n]);
    const readout = drawn("readout", [n, 16]);
    const rest = [encoder.initState(spec, 16), x, counts, readout] as Arrays[];
    const loss = (p: Tensors, s: Tensors, a: Tensor, c: Tensor, r: Tensor) =>
      np.sum(encoder.encode(p, a, s, { use: "measured", mask: c }).features.mul(r));
    const slope = (p: Tensors, ...others: [Tensors, Tensor, Tensor, Tensor]) =>
      gradient((q: Tensors) => loss(q, ...others))(p);
    const [a, b] = [
      await ran(fused, slope as never, [params, ...rest]),
      await ran(plain, slope as never, [params, ...rest]),
    ];
    const [flat, other] = [a.flat(), b.flat()];
    const norm = (v: readonly number[]) => Math.sqrt(v.reduce((sum, e) => sum + e * e, 0));
    // As vectors, since a maximum that is nearly tied may be either entry.
    expect(norm(flat.map((e, i) => e - other[i])) / norm(other)).toBeLessThan(1e-4);
    // The derivative along the gradient is its length.
    const length = norm(flat);
    const moved = (step: number) => {
      let at = 0;
      return mapTree(
        ({ data, shape: own }: NDArray) =>
          float32(
            Array.from(data, (v) => v + (step * flat[at++]) / length),
            own,
          ),
        params as Tree<NDArray>,
      ) as Arrays;
    };
    const at = async (step: number) => (await ran(fused, loss as never, [moved(step), ...rest]))[0][0];
    const difference = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP);
    expect(Math.abs(difference / length - 1)).toBeLessThan(0.01);
  });
});
