/**
 * Depthwise convolutions, channels-last, as WebAssembly functions: four channels at a time of a few neighbouring outputs,
 * which share the weights and most of the inputs they read. Outputs whose window reaches beyond the input have groups of
 * their own, so the input needs no padding.
 */

import { FunctionBody } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";
import type { Convolution } from "./convolution.js";
import { activate, storeColumns } from "./epilogue.js";
import { NUMBER, VECTOR } from "./tile.js";

/** A depthwise convolution; the weights are [kernel, C]. */
export interface Depthwise extends Convolution {
  /** Rows above and columns to the left that the first window has beyond the input. */
  readonly before: readonly [above: number, left: number];
}

/** The most vectors of inputs that a step holds in registers. */
const MAX_INPUTS = 7;

/** Outputs along one axis that read the same places of their windows: `count` from `start` on, of the places [low, high). */
interface Group {
  readonly start: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** The groups along an axis. */
export function groupsOf(
  outputs: number,
  { size, kernel, stride, before }: { size: number; kernel: number; stride: number; before: number },
): Group[] {
  const groups: Group[] = [];
  for (let start = 0; start < outputs; start++) {
    const first = start * stride - before;
    const [low, high] = [Math.max(0, -first), Math.min(kernel, size - first)];
    const last = groups.at(-1);
    if (last?.low === low && last.high === high)
      groups[groups.length - 1] = { ...last, count: last.count + 1 };
    else groups.push({ start, count: 1, low, high });
  }
  return groups;
}

/** The function of a depthwise convolution. Its parameters are the addresses of input, weights, output and bias. */
export function emitDepthwise(convolution: Depthwise): FunctionBody {
  const { images, input, output, kernel, strides, before } = convolution;
  const [height, width, channels] = input;
  const pixel = channels * NUMBER;
  const body = new FunctionBody(5);
  const [x, y] = [body.offset(0), body.offset(2)];
  const axis = (i: 0 | 1) =>
    groupsOf(output[i], { size: input[i], kernel: kernel[i], stride: strides[i], before: before[i] });
  body.repeat(images, () => {
    for (const rows of axis(0)) {
      const row = body.offset(x, (rows.start * strides[0] - before[0] + rows.low) * width * pixel);
      body.repeat(rows.count, () => {
        for (const columns of axis(1)) emitColumns(body, convolution, { row, to: y, rows, columns });
        body.advance(row, strides[0] * width * pixel);
      });
    }
    body.advance(x, height * width * pixel);
  });
  return body;
}

/** A group of columns: tiles of some outputs, and those that are left one by one. Moves `to` behind them. */
function emitColumns(
  body: FunctionBody,
  convolution: Depthwise,
  { row, to, rows, columns }: { row: number; to: number; rows: Group; columns: Group },
): void {
  const { input, kernel, strides, before } = convolution;
  const pixel = input[2] * NUMBER;
  const from = body.offset(row, (columns.start * strides[1] - before[1] + columns.low) * pixel);
  const weights = body.offset(1, (rows.low * kernel[1] + columns.low) * pixel);
  const taps = [rows.high - rows.low, columns.high - columns.low] as const;
  const most = Math.max(1, 1 + Math.floor((MAX_INPUTS - taps[1]) / strides[1]));
  const tiles = (pixels: number, count: number) =>
    body.repeat(count, () => {
      emitChannels(body, convolution, { from, to, weights, taps, pixels });
      body.advance(from, pixels * strides[1] * pixel).advance(to, pixels * pixel);
    });
  tiles(most, Math.floor(columns.count / most));
  if (columns.count % most > 0) tiles(columns.count % most, 1);
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly weights: number;
  readonly taps: readonly [rows: number, columns: number];
  readonly pixels: number;
}

/** All channels of some neighbouring outputs. */
function emitChannels(body: FunctionBody, convolution: Depthwise, place: Place): void {
  const channels = convolution.input[2];
  const moving = {
    ...place,
    from: body.offset(place.from),
    to: body.offset(place.to),
    weights: body.offset(place.weights),
  };
  const bias = body.offset(3);
  body.repeat(Math.floor(channels / LANES), () => {
    emitVector(body, convolution, moving, bias, LANES);
    for (const address of [moving.from, moving.to, moving.weights, bias]) body.advance(address, VECTOR);
  });
  if (channels % LANES > 0) emitVector(body, convolution, moving, bias, channels % LANES);
}

/** Four channels of some neighbouring outputs. */
function emitVector(
  body: FunctionBody,
  { input, kernel, strides, hasBias, bounds }: Depthwise,
  { from, to, weights, taps, pixels }: Place,
  bias: number,
  channels: number,
): void {
  const pixel = input[2] * NUMBER;
  const sums = Array.from({ length: pixels }, () => {
    const sum = body.local("v128");
    if (hasBias) body.get(bias).op("v128.load", 0);
    else body.raw("v128.const", Array(VECTOR).fill(0));
    body.set(sum);
    return sum;
  });
  const [fromRow, ofRow] = [body.offset(from), body.offset(weights)];
  const load = (address: number, offset: number) => {
    const vector = body.local("v128");
    body.get(address).op("v128.load", offset).set(vector);
    return vector;
  };
  body.repeat(taps[0], () => {
    const values = Array.from({ length: (pixels - 1) * strides[1] + taps[1] }, (_, i) =>
      load(fromRow, i * pixel),
    );
    for (let tap = 0; tap < taps[1]; tap++) {
      const weight = load(ofRow, tap * pixel);
      for (const [i, sum] of sums.entries())
        body
          .get(sum)
          .get(values[i * strides[1] + tap])
          .get(weight)
          .op("f32x4.mul")
          .op("f32x4.add")
          .set(sum);
    }
    body.advance(fromRow, input[1] * pixel).advance(ofRow, kernel[1] * pixel);
  });
  for (const [i, sum] of sums.entries()) {
    activate(body, bounds, sum);
    storeColumns(body, to, i * pixel, sum, channels);
  }
}
