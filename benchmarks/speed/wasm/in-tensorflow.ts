/** The networks in TensorFlow.js, channels-last, by its fused convolutions. */

import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { NDArray } from "../../../src/base/array.js";
import type { NetworkFile } from "../../../src/engine/network/read.js";
import type { Run } from "./contender.js";

/** TensorFlow.js with its WebAssembly backend. */
export type TensorFlow = typeof import("@tensorflow/tfjs-core");
type Shape4D = [number, number, number, number];
const toLast = [0, 2, 3, 1];
/** From [K, C, height, width] to [height, width, C, K]. */
const kernelLast = [2, 3, 1, 0];

/** Conv4 without scales and shifts: convolution, ReLU, max pooling. */
export function conv4InTensorFlow(tf: TensorFlow, images: NDArray, weights: readonly NDArray[]): Run {
  const tensor = ({ data, shape }: NDArray, perm: number[]) =>
    tf.transpose(tf.tensor4d(Float32Array.from(data), shape as unknown as Shape4D), perm);
  const x = tensor(images, toLast);
  const filters = weights.map((weight) => tensor(weight, kernelLast));
  // The network divides by √(1 + 1e-5), the deviation of statistics of variance 1.
  const scaled = filters.map((filter) => tf.div(filter, Math.sqrt(1 + 1e-5)) as Tensor4D);
  return async () => {
    const result = tf.tidy(() =>
      scaled.reduce<Tensor4D>((h, filter) => {
        const y = tf.fused.conv2d({ x: h, filter, strides: 1, pad: "same", activation: "relu" });
        return tf.maxPool(y as Tensor4D, 2, 2, "valid");
      }, x),
    );
    const values = await result.data();
    result.dispose();
    return values as Float32Array;
  };
}

/** The photo encoder, node by node; a convolution takes in the clipping to [0, 6] that follows. */
export function photoInTensorFlow(tf: TensorFlow, { nodes, constants }: NetworkFile, pixels: NDArray): Run {
  const stored = new Map(constants.map((constant) => [constant.name, constant]));
  const clipped = new Set(nodes.flatMap(({ type, inputs }) => (type === "Clip" ? [inputs[0]] : [])));
  const filters = new Map(
    nodes.flatMap(({ type, inputs, attributes }) => {
      if (type !== "Conv") return [];
      const { data, shape } = stored.get(inputs[1])!;
      const filter = tf.tensor4d(Float32Array.from(data as Float32Array), shape as Shape4D);
      // A depthwise kernel [C, 1, height, width] becomes [height, width, C, 1].
      return [[inputs[1], tf.transpose(filter, attributes.group === 1 ? kernelLast : [2, 3, 0, 1])] as const];
    }),
  );
  const biases = new Map(
    constants
      .filter(({ shape }) => shape.length === 1)
      .map(({ name, data }) => [name, tf.tensor1d(Float32Array.from(data as Float32Array))]),
  );
  const x = tf.transpose(
    tf.tensor4d(Float32Array.from(pixels.data), pixels.shape as unknown as Shape4D),
    toLast,
  );
  const compute = () => {
    const values = new Map<string, Tensor4D>([["pixels", x]]);
    for (const { type, inputs, outputs, attributes } of nodes) {
      const of = (i: number) => values.get(inputs[i])!;
      const ints = (name: string) => attributes[name] as [number, number];
      if (type === "Conv") {
        const [top, left, bottom, right] = attributes.pads as number[];
        const options = {
          ...{
            x: of(0),
            filter: filters.get(inputs[1])!,
            strides: ints("strides"),
            bias: biases.get(inputs[2]),
          },
          pad: [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ] as never,
          activation: clipped.has(outputs[0]) ? ("relu6" as const) : ("linear" as const),
        };
        const y = attributes.group === 1 ? tf.fused.conv2d(options) : tf.fused.depthwiseConv2d(options);
        values.set(outputs[0], y as Tensor4D);
      } else if (type === "Add") values.set(outputs[0], tf.add(of(0), of(1)));
      else if (type === "AveragePool")
        values.set(outputs[0], tf.avgPool(of(0), ints("kernel_shape"), ints("strides"), "valid"));
      else if (type === "Concat") {
        const parts = inputs.map((name) => tf.reshape(tf.transpose(values.get(name)!, [0, 3, 1, 2]), [-1]));
        return tf.concat(parts);
      } else values.set(outputs[0], of(0));
    }
    throw new Error("the network has no concatenation");
  };
  return async () => {
    const result = tf.tidy(compute);
    const values = await result.data();
    result.dispose();
    return values as Float32Array;
  };
}
