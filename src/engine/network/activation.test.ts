/** Which nodes a layer takes in as its activation. */

import { expect, it } from "vitest";
import type { Initializer, OnnxNode } from "../lower/onnx.js";
import { type Activation, activationOf } from "./activation.js";

const constant = (name: string, values: number[]): [string, Initializer] => [
  name,
  {
    name,
    dtype: "float32",
    shape: values.length === 1 ? [] : [values.length],
    data: Float32Array.from(values),
  },
];
const constants = new Map([constant("zero", [0]), constant("six", [6]), constant("two", [1, 2])]);
const node = (type: string, ...inputs: string[]): OnnxNode => ({
  type,
  inputs: ["sums", ...inputs],
  outputs: ["y"],
  attributes: {},
});

it.each<[string, OnnxNode, Activation, Activation | undefined]>([
  ["Relu", node("Relu"), {}, { low: 0 }],
  ["LeakyRelu", node("LeakyRelu"), {}, { alpha: 0.01 }],
  ["LeakyRelu after a bound", node("LeakyRelu"), { low: 0 }, undefined],
  ["Clip of two constants", node("Clip", "zero", "six"), {}, { low: 0, high: 6 }],
  ["Clip without a lower bound", node("Clip", "", "six"), {}, { high: 6 }],
  ["Clip without an upper bound", node("Clip", "zero"), { alpha: 2 }, { alpha: 2, low: 0 }],
  ["Clip of a computed lower bound", node("Clip", "computed", "six"), {}, undefined],
  ["Clip of a computed upper bound", node("Clip", "zero", "computed"), {}, undefined],
  ["Clip after an upper bound", node("Clip", "zero", "six"), { high: 6 }, undefined],
  ["Max of a constant", node("Max", "zero"), {}, { low: 0 }],
  ["Max of a computed value", node("Max", "computed"), {}, undefined],
  ["Max of several constants", node("Max", "two"), {}, undefined],
  ["Max of three", node("Max", "zero", "six"), {}, undefined],
  ["another operator", node("Tanh"), {}, undefined],
])("%s", (_, node, before, after) => {
  expect(activationOf(node, before, constants)).toEqual(after);
});
