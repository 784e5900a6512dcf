/**
 * Convolution with constant weights as one operator, `ConvLast`, for programs without ONNX Runtime: channels are the last
 * axis, and no patches are written. One spatial axis is a second one of size 1.
 */

import { sizeOf } from "../../base/array.js";
import { pad, reshape } from "./movement.js";
import type { Attributes, Initializer } from "./onnx.js";
import { type Emitter, range, type Shape, type Value } from "./values.js";

type Padding = readonly [before: number, after: number];
type Constant = Pick<Initializer, "shape" | "data">;

interface DirectConvolution {
  /** [K, C, …kernel]; [C, 1, …kernel] if the convolution is depthwise, with a window per channel. */
  readonly weight: Constant;
  readonly isDepthwise: boolean;
  readonly bias?: Constant;
  readonly strides: Shape;
  readonly padding: readonly Padding[];
  /** The activation that the operator applies. */
  readonly activation: Attributes;
}

/** x [N, …space, C], with one or two axes of space, gives [N, …out, K]. */
export function directConvolution(
  e: Emitter,
  x: Value,
  { weight, isDepthwise, bias, strides, padding, activation }: DirectConvolution,
): Value {
  const [k, perGroup, ...window] = weight.shape;
  const rank = window.length;
  // A depthwise operator skips what its windows have beyond the input; of the others, a padded copy costs little.
  const padded = isDepthwise ? x : pad(e, x, [[0, 0], ...padding, [0, 0]]);
  const kept = isDepthwise ? padding : padding.map((): Padding => [0, 0]);
  const [n, ...rest] = padded.shape;
  const space = range(rank).map((i) => {
    const [before, after] = kept[i];
    return Math.floor((padded.shape[i + 1] + before + after - window[i]) / strides[i]) + 1;
  });
  const constant = (shape: Shape, data: Initializer["data"]) => e.graph.constant("float32", shape, data);
  const others = bias ? [constant(bias.shape, bias.data)] : [];
  const spec = (shape: Shape) => ({ dtype: "float32" as const, shape });
  const data = weightLast(weight);
  if (!isDepthwise && [...window, ...strides].every((size) => size === 1)) {
    // A window of one entry: a linear layer.
    const rows = reshape(e, padded, [sizeOf(padded.shape) / perGroup, perGroup]);
    const names = [e.fullName(rows), constant([perGroup, k], data), ...others];
    return reshape(e, e.op("Linear", names, spec([rows.shape[0], k]), activation), [n, ...space, k]);
  }
  const two = (sizes: Shape, other: number) => (rank === 1 ? [other, ...sizes] : sizes);
  const kernel = two(window, 1);
  const input = rank === 1 ? reshape(e, padded, [n, 1, ...rest]) : padded;
  const weights = constant(isDepthwise ? [...kernel, k] : [...kernel, perGroup, k], data);
  const pads = [0, 1].flatMap((side) =>
    two(
      kept.map((widths) => widths[side]),
      0,
    ),
  );
  const sizes = { kernel, channels: k, depthwise: isDepthwise ? 1 : 0 };
  const attributes = { ...activation, strides: two(strides, 1), pads, ...sizes };
  const y = e.op(
    "ConvLast",
    [e.fullName(input), weights, ...others],
    spec([n, ...two(space, 1), k]),
    attributes,
  );
  return rank === 1 ? reshape(e, y, [n, ...space, k]) : y;
}

/** A weight [K, C, …kernel] as […kernel, C, K]; of a depthwise convolution, [C, 1, …kernel] as […kernel, C]. */
function weightLast({ shape, data }: Constant): Float32Array {
  const [k, c, ...kernel] = shape;
  const positions = sizeOf(kernel);
  const out = new Float32Array(data.length);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < c; j++)
      for (let p = 0; p < positions; p++)
        out[(p * c + j) * k + i] = Number(data[(i * c + j) * positions + p]);
  return out;
}
