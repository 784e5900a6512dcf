/** Convolutions in WebAssembly: every size, stride, padding and number of channels has the values of one in doubles. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeModule, FunctionBody } from "../codegen/wasm.js";
import { type Convolution, emitConvolution } from "./convolution.js";
import { type Depthwise, emitDepthwise, groupsOf } from "./depthwise.js";
import { packed } from "./packing.js";
import { tilesOf } from "./tiles.js";

const sizeOf = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
const numbers = (seed: number, length: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 0.7 * i) * 2);

/** Run a function over an input, weights [kernel, C(, K)] and a bias; what is behind the output stays as it is. */
function run(convolution: Convolution, body: FunctionBody, stored: Float32Array): Float32Array {
  const { images, input, output } = convolution;
  const x = numbers(1, images * sizeOf(input));
  const bias = numbers(3, output[2]);
  const lengths = [x.length, stored.length, images * sizeOf(output), bias.length];
  const addresses = lengths.map((_, i) => 64 + lengths.slice(0, i).reduce((sum, l) => sum + 4 * l + 64, 0));
  const pages = Math.ceil((addresses[3] + 4 * lengths[3] + 64) / 65536);
  const call = new FunctionBody(0);
  for (const address of addresses) call.int(address);
  call.int(0).op("call", 0);
  const memory = new WebAssembly.Memory({ initial: pages });
  const view = (i: number) => new Float32Array(memory.buffer, addresses[i], lengths[i]);
  const module = new WebAssembly.Module(encodeModule([{ body }, { body: call, name: "run" }], pages));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  view(0).set(x);
  view(1).set(stored);
  view(3).set(bias);
  const around = new Uint8Array(memory.buffer, addresses[2] + 4 * lengths[2], 64);
  around.fill(171);
  (instance.exports.run as () => void)();
  expect(around.every((byte) => byte === 171)).toBe(true);
  return view(2);
}

/** Check all entries against sums in doubles; `weight` is that of a tap, an input channel and an output channel. */
function check(
  convolution: Convolution & { readonly before?: readonly number[] },
  actual: Float32Array,
  weight: (tap: number, from: number, to: number) => number,
  isDepthwise: boolean,
): void {
  const { images, input, output, kernel, strides, before = [0, 0], hasBias } = convolution;
  const x = numbers(1, images * sizeOf(input));
  const bias = numbers(3, output[2]);
  for (const [at, value] of actual.entries()) {
    const [to, ox] = [at % output[2], Math.floor(at / output[2]) % output[1]];
    const row = Math.floor(at / output[2] / output[1]);
    const [oy, image] = [row % output[0], Math.floor(row / output[0])];
    let sum = hasBias ? bias[to] : 0;
    let scale = Math.abs(sum);
    for (let tap = 0; tap < sizeOf(kernel); tap++) {
      const y = oy * strides[0] - before[0] + Math.floor(tap / kernel[1]);
      const z = ox * strides[1] - before[1] + (tap % kernel[1]);
      if (y < 0 || y >= input[0] || z < 0 || z >= input[1]) continue;
      for (let from = 0; from < input[2]; from++) {
        if (isDepthwise && from !== to) continue;
        const product = x[((image * input[0] + y) * input[1] + z) * input[2] + from] * weight(tap, from, to);
        sum += product;
        scale += Math.abs(product);
      }
    }
    expect(Math.abs(value - sum), JSON.stringify({ convolution, at })).toBeLessThan(1e-5 * (scale + 1e-20));
  }
}

const small = (max: number) => fc.integer({ min: 1, max });
const pair = (max: number) => fc.tuple(small(max), small(max));

describe("a convolution in WebAssembly", () => {
  it("has the values of one in doubles", () => {
    const shapes = fc.record({
      ...{ images: small(2), out: fc.tuple(small(3), small(11)), channels: fc.tuple(small(6), small(19)) },
      ...{ kernel: pair(3), strides: pair(2), more: fc.tuple(fc.nat(2), fc.nat(2)), hasBias: fc.boolean() },
    });
    fc.assert(
      fc.property(shapes, ({ images, out, channels, kernel, strides, more, hasBias }) => {
        const side = (i: 0 | 1) => (out[i] - 1) * strides[i] + kernel[i] + Math.min(more[i], strides[i] - 1);
        const convolution: Convolution = {
          ...{ images, kernel, strides, hasBias, bounds: {}, variant: "exact" },
          input: [side(0), side(1), channels[0]],
          output: [...out, channels[1]],
        };
        const rows = sizeOf(kernel) * channels[0];
        const weights = numbers(2, rows * channels[1]);
        const actual = run(convolution, emitConvolution(convolution), packed(weights, rows, channels[1]));
        const weight = (tap: number, from: number, to: number) =>
          weights[(tap * channels[0] + from) * channels[1] + to];
        check(convolution, actual, weight, false);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it("has them per channel, with windows that reach beyond the input", () => {
    const shapes = fc.record({
      ...{ images: small(2), input: fc.tuple(small(9), small(14)), channels: small(11), kernel: pair(5) },
      ...{
        strides: pair(3),
        padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
        hasBias: fc.boolean(),
      },
    });
    fc.assert(
      fc.property(shapes, ({ images, input, channels, kernel, strides, padding, hasBias }) => {
        const out = ([0, 1] as const).map(
          (i) => Math.floor((input[i] + padding[i] + padding[i + 2] - kernel[i]) / strides[i]) + 1,
        );
        fc.pre(out.every((size) => size >= 1));
        const convolution: Depthwise = {
          ...{ images, kernel, strides, hasBias, bounds: {}, variant: "exact" },
          input: [...input, channels],
          output: [...out, channels],
          before: [padding[0], padding[1]],
        };
        const weights = numbers(2, sizeOf(kernel) * channels);
        const actual = run(convolution, emitDepthwise(convolution), weights);
        check(convolution, actual, (tap, from) => weights[tap * channels + from], true);
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it("divides rows among tiles, and outputs among groups of equal windows", () => {
    for (let rows = 1; rows < 40; rows++)
      expect(tilesOf(rows).reduce((sum, tiles) => sum + tiles.rows * tiles.count, 0)).toBe(rows);
    expect(tilesOf(25)).toEqual([
      { rows: 4, count: 5 },
      { rows: 5, count: 1 },
    ]);
    expect(groupsOf(5, { size: 5, kernel: 3, stride: 1, before: 1 })).toEqual([
      { start: 0, count: 1, low: 1, high: 3 },
      { start: 1, count: 3, low: 0, high: 3 },
      { start: 4, count: 1, low: 0, high: 2 },
    ]);
  });
});
