/**
 * Pairs of neighbours: axes split as [.., h, 2, w, 2], as max-pooling and its gradients write them.
 *
 * ONNX Runtime broadcasts and reduces over such short inner axes entry by entry; as images [.., 2h, 2w] the same
 * work is an upsampling and a pooling, four and three times faster on Conv4's first block.
 */

import type { GraphBuilder } from "../graph.js";
import { range, type Shape } from "./values.js";

/** The most neighbours that count as a short inner axis. */
const MOST = 4;

/**
 * Whether `inner` are the short axes of split pairs in `shape`: the last axis, and at most the third last. The
 * sizes of the image they make, [pairs.., factors..], when they are.
 */
function pairs(shape: Shape, inner: readonly number[]): { outer: number[]; factors: number[] } | undefined {
  const last = shape.length - 1;
  const expected = inner.length === 1 ? [last] : [last - 2, last];
  const fits = inner.length <= 2 && expected.every((axis, i) => axis === inner[i]) && expected[0] > 0;
  if (!fits || inner.some((axis) => shape[axis] > MOST)) return undefined;
  return { outer: inner.map((axis) => shape[axis - 1]), factors: inner.map((axis) => shape[axis]) };
}

/** All axes before the split ones as one. */
const leadOf = (shape: Shape, count: number) =>
  shape.slice(0, shape.length - 2 * count).reduce((a, b) => a * b, 1);

/**
 * The tensor `name`, stored as `stored`, stretched along the short axes of pairs so that it has `target`'s sizes
 * there; undefined where its missing axes are no such axes.
 */
export function upsample(
  graph: GraphBuilder,
  name: string,
  stored: Shape,
  target: Shape,
): string | undefined {
  const inner = range(target.length).filter((axis) => stored[axis] === 1 && target[axis] > 1);
  const split = inner.length > 0 && stored.length === target.length ? pairs(target, inner) : undefined;
  if (!split) return undefined;
  const { outer, factors } = split;
  const image = [1, leadOf(stored, inner.length), ...outer];
  const scales = graph.constant("float32", [image.length], Float32Array.of(1, 1, ...factors));
  const wide = graph.op("Resize", [graph.op("Reshape", [name, graph.ints(image)]), "", scales], {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
  return graph.op("Reshape", [wide, graph.ints(target)]);
}

/**
 * The maxima or sums of `name`, stored as `shape`, along the short axes of pairs; undefined where `axes` are others.
 * The image has one channel, or ONNX Runtime would reorder channels into blocks and back.
 */
export function poolPairs(
  graph: GraphBuilder,
  name: string,
  op: "Max" | "Add",
  shape: Shape,
  axes: readonly number[],
): string | undefined {
  const split = pairs(shape, axes);
  if (!split) return undefined;
  const { outer, factors } = split;
  const sizes = outer.map((size, i) => size * factors[i]);
  const rest = graph.ints(shape.filter((_, axis) => !axes.includes(axis)));
  const image = graph.op("Reshape", [name, graph.ints([leadOf(shape, axes.length), 1, ...sizes])]);
  const window = { kernel_shape: factors, strides: factors };
  if (op === "Add") {
    const count = graph.constant("float32", [], Float32Array.of(factors.reduce((a, b) => a * b)));
    return graph.op("Reshape", [graph.op("Mul", [graph.op("AveragePool", [image], window), count]), rest]);
  }
  const pooled = graph.op("MaxPool", [image], window);
  // ONNX Runtime starts from the lowest finite number, and gives that for −∞ everywhere.
  const [lowest, none] = [-(2 - 2 ** -23) * 2 ** 127, Number.NEGATIVE_INFINITY].map((number) =>
    graph.constant("float32", [], Float32Array.of(number)),
  );
  const maxima = graph.op("Where", [graph.op("Equal", [pooled, lowest]), none, pooled]);
  return graph.op("Reshape", [maxima, rest]);
}
