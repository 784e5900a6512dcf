import { describe, expect, it } from "vitest";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { readOnnx } from "./onnx-model.js";

const file: OnnxFile = {
  nodes: [
    {
      type: "Conv",
      inputs: ["x", "kernel"],
      outputs: ["y"],
      attributes: { pads: [0, 1, 0, 1], group: 300, auto_pad: "NOTSET" },
    },
    { type: "LeakyRelu", inputs: ["y"], outputs: ["z"], attributes: { alpha: { float: 0.25 } } },
  ],
  initializers: [
    { name: "kernel", dtype: "float32", shape: [1, 2], data: Float32Array.of(0.5, -2) },
    { name: "axes", dtype: "int64", shape: [1], data: BigInt64Array.of(-1n) },
  ],
  inputs: [{ name: "x", dtype: "float32", shape: [1, "n"] }],
  outputs: [{ name: "z", dtype: "float32", shape: [1, "n"] }],
};

describe("an ONNX file", () => {
  it("has the operators and float32 constants that were written", () => {
    const { nodes, constants } = readOnnx(encodeOnnx(file, 17));
    expect(nodes).toEqual(file.nodes);
    expect(constants).toEqual([file.initializers[0]]);
  });

  it("may have packed lists, and values as floats", () => {
    // TensorProto: dims [2, 300] packed, data_type 1, float_data [1] packed, name "a".
    const tensor = [10, 3, 2, 172, 2, 16, 1, 34, 4, 0, 0, 128, 63, 66, 1, 97];
    const model = Uint8Array.of(58, tensor.length + 2, 42, tensor.length, ...tensor);
    expect(readOnnx(model).constants).toEqual([
      { name: "a", dtype: "float32", shape: [2, 300], data: Float32Array.of(1) },
    ]);
  });

  it("without a graph is an error", () => {
    expect(() => readOnnx(new Uint8Array())).toThrow("no graph");
  });
});
