/** TensorFlow Lite files are read, and their convolutions converted, as their definitions say. */

import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { GraphBuilder } from "../../src/engine/lower/graph.js";
import { encodeOnnx } from "../../src/engine/lower/onnx.js";
import { type Field, type Fields, flatbuffer } from "../../test/support/flatbuffer.js";
import { convertConvolutions } from "./convert.js";
import { type LiteGraph, readTflite, type Window } from "./tflite.js";

const named = (name: string): Field => ({ bytes: Buffer.from(name) });

describe("readTflite", () => {
  const tensor = (name: string, shape: number[], type: number, buffer: number): Fields => ({
    0: { ints: shape },
    1: { byte: type },
    2: { int: buffer },
    3: named(name),
  });
  const model = (version = 3): Fields => ({
    0: { int: version },
    1: { tables: [{ 0: { byte: 6 } }, { 0: { byte: 4 } }, { 0: { byte: 127 }, 3: { int: 150 } }] },
    2: {
      tables: [
        {
          0: { tables: [tensor("x", [1, 4, 4, 2], 0, 0), tensor("k", [1, 3, 3, 2], 1, 1)] },
          1: { ints: [0] },
          3: {
            tables: [
              { 1: { ints: [1] }, 2: { ints: [2] } },
              {
                0: { int: 1 },
                1: { ints: [0, 2, -1] },
                2: { ints: [3] },
                // SAME, stride 2 across and 1 down, multiplier 1, ReLU6, dilation 3 across and 1 down.
                4: {
                  table: { 1: { int: 2 }, 2: { int: 1 }, 3: { int: 1 }, 4: { byte: 3 }, 5: { int: 3 } },
                },
              },
              { 0: { int: 2 }, 1: { ints: [3] }, 2: { ints: [4] } },
            ],
          },
        },
      ],
    },
    4: { tables: [{}, { 0: { bytes: Uint8Array.of(0, 60, 0, 188) } }] },
  });

  it("reads tensors, operators and their options, with the defaults of absent ones", () => {
    const graph = readTflite(flatbuffer(model()));
    expect(graph.inputs).toEqual([0]);
    expect(graph.tensors.map(({ name, shape, type, data }) => [name, shape, type, [...data]])).toEqual([
      ["x", [1, 4, 4, 2], "float32", []],
      ["k", [1, 3, 3, 2], "float16", [0, 60, 0, 188]],
    ]);
    expect(graph.operators).toEqual([
      { type: "dequantize", inputs: [1], outputs: [2] },
      {
        type: "depthwise",
        inputs: [0, 2, -1],
        outputs: [3],
        activation: "relu6",
        window: { padding: "same", strides: [1, 2], dilations: [1, 3] },
      },
      { type: "unsupported", code: 150, inputs: [3], outputs: [4] },
    ]);
  });

  it("refuses other files and versions", () => {
    expect(() => readTflite(new Uint8Array(64))).toThrow("no identifier TFL3");
    expect(() => readTflite(flatbuffer(model(2)))).toThrow("schema version is 2, not 3");
  });
});

describe("convertConvolutions", () => {
  const draw = (name: string, size: number) => {
    const draws = random(1, name);
    return Float32Array.from({ length: size }, () => draws.normal());
  };
  const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer);
  const [inputs, outputs] = [3, 4];

  /** A convolution of an image [1, side, side, inputs], then its sum with itself and ReLU6. */
  function lite(type: "conv" | "depthwise", side: number, window: Window): LiteGraph {
    const shape = type === "conv" ? [outputs, 3, 3, inputs] : [1, 3, 3, inputs];
    const channels = type === "conv" ? outputs : inputs;
    const constant = (name: string, of: number[]) => ({
      name,
      shape: of,
      type: "float32" as const,
      data: bytesOf(
        draw(
          name,
          of.reduce((a, b) => a * b),
        ),
      ),
    });
    const computed = { name: "feature", shape: [], type: "float32" as const, data: new Uint8Array(0) };
    const image = { ...computed, name: "image", shape: [1, side, side, inputs] };
    return {
      tensors: [image, constant("kernel", shape), constant("bias", [channels]), computed, computed, computed],
      operators: [
        { type, inputs: [0, 1, 2], outputs: [3], activation: "none", window },
        { type: "add", inputs: [3, 3], outputs: [4], activation: "none" },
        { type: "relu6", inputs: [4], outputs: [5] },
      ],
      inputs: [0],
    };
  }

  /** The same by definition, in double precision, channels last. */
  function direct(type: "conv" | "depthwise", side: number, window: Window, image: Float32Array): number[] {
    const channels = type === "conv" ? outputs : inputs;
    const { tensors } = lite(type, side, window);
    const [kernel, bias] = [1, 2].map((i) => new Float32Array(tensors[i].data.buffer));
    const [stride] = window.strides;
    const size = window.padding === "same" ? Math.ceil(side / stride) : Math.ceil((side - 2) / stride);
    const before = window.padding === "same" ? Math.max(0, (size - 1) * stride + 3 - side) >> 1 : 0;
    const at = (y: number, x: number, c: number) =>
      y < 0 || x < 0 || y >= side || x >= side ? 0 : image[(y * side + x) * inputs + c];
    return Array.from({ length: size * size * channels }, (_, index) => {
      const [y, x, o] = [
        Math.floor(index / channels / size),
        Math.floor(index / channels) % size,
        index % channels,
      ];
      let sum = bias[o];
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) {
          const [row, column] = [y * stride - before + i, x * stride - before + j];
          if (type === "depthwise") sum += at(row, column, o) * kernel[(i * 3 + j) * inputs + o];
          else
            for (let c = 0; c < inputs; c++)
              sum += at(row, column, c) * kernel[((o * 3 + i) * 3 + j) * inputs + c];
        }
      return Math.min(6, Math.max(0, 2 * sum));
    });
  }

  it.each([
    ["conv", 6, "same", 2],
    ["conv", 5, "same", 2],
    ["conv", 5, "valid", 1],
    ["depthwise", 6, "same", 2],
    ["depthwise", 7, "same", 1],
  ] as const)("%s of side %i with padding %s and stride %i", async (type, side, padding, stride) => {
    const window: Window = { padding, strides: [stride, stride], dilations: [1, 1] };
    const graph = new GraphBuilder();
    const [feature] = convertConvolutions(
      lite(type, side, window),
      graph,
      { name: "x", shape: [inputs, side, side] },
      [2],
    );
    const shape = [1, ...feature.shape];
    graph.output(feature.name, { name: "y", dtype: "float32", shape });
    const model = encodeOnnx({
      ...graph.finish(),
      inputs: [{ name: "x", dtype: "float32", shape: [1, inputs, side, side] }],
    });
    const image = draw("image", side * side * inputs);
    const planes = image.map((_, i) => image[(i % (side * side)) * inputs + Math.floor(i / (side * side))]);
    const session = await InferenceSession.create(model);
    const { y } = await session.run({ x: new Tensor("float32", planes, [1, inputs, side, side]) });
    const [channels, height, width] = feature.shape;
    const expected = direct(type, side, window, image);
    expect(channels * height * width).toBe(expected.length);
    for (const [i, value] of expected.entries())
      expect(Number(y.data[(i % channels) * height * width + Math.floor(i / channels)])).toBeCloseTo(
        value,
        4,
      );
  });

  it("reads half-precision weights: normal, subnormal, negative", () => {
    const graph = new GraphBuilder();
    const half = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x0000, 0x8400];
    const kernel = { name: "kernel", shape: [6, 1, 1, 1], type: "float16" as const };
    const none = { name: "", shape: [], type: "float32" as const, data: new Uint8Array(0) };
    const window: Window = { padding: "same", strides: [1, 1], dilations: [1, 1] };
    convertConvolutions(
      {
        tensors: [
          none,
          { ...kernel, data: new Uint8Array(Uint16Array.from(half).buffer) },
          { ...none, shape: kernel.shape },
          { ...none, shape: [6], data: new Uint8Array(24) },
          none,
        ],
        operators: [
          { type: "dequantize", inputs: [1], outputs: [2] },
          { type: "conv", inputs: [0, 2, 3], outputs: [4], activation: "none", window },
        ],
        inputs: [0],
      },
      graph,
      { name: "x", shape: [1, 2, 2] },
      [1],
    );
    graph.output("Conv_2", { name: "y", dtype: "float32", shape: [1, 6, 2, 2] });
    const weights = graph.finish().initializers.find(({ shape }) => shape.length === 4)!;
    expect([...weights.data].map(Number)).toEqual([1, -2, 2 ** -24, 65504, 0, -(2 ** -14)]);
  });
});
