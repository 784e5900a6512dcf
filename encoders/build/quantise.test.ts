/** Quantised networks compute what ONNX Runtime does with them, before and after the loader folds the weights. */

import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { GraphBuilder } from "../../src/engine/lower/graph.js";
import { encodeOnnx, type OnnxFile } from "../../src/engine/lower/onnx.js";
import { dequantised } from "../../src/engine/run/dequantise.js";
import { quantised } from "./quantise.js";

const normal = (name: string, size: number) => {
  const draws = random(1, name);
  return Float32Array.from({ length: size }, () => draws.normal());
};

/** A convolution of 3 to 32 channels, and a product with a matrix [4, 100]; channel 5 of the kernel is 0. */
function network(): OnnxFile {
  const graph = new GraphBuilder();
  const kernel = normal("kernel", 32 * 27).map((value, i) => (Math.floor(i / 27) === 5 ? 0 : value));
  const features = graph.op("Conv", [
    "x",
    graph.constant("float32", [32, 3, 3, 3], kernel),
    graph.constant("float32", [32], normal("bias", 32)),
  ]);
  const outputs = graph.op("MatMul", [features, graph.constant("float32", [4, 100], normal("matrix", 400))]);
  graph.output(outputs, { name: "y", dtype: "float32", shape: [1, 32, 4, 100] });
  return {
    ...graph.finish(),
    inputs: [{ name: "x", dtype: "float32", shape: ["batch", 3, 6, 6] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["batch", 32, 4, 100] }],
  };
}

async function run(model: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { graphOptimizationLevel: "disabled" });
  const { y } = await session.run({ x: new Tensor("float32", normal("x", 216), [2, 3, 6, 6]) });
  return y.data as Float32Array;
}
const isQuantised = (model: Uint8Array) => Buffer.from(model).toString("latin1").includes("DequantizeLinear");

it("an embedding table has a scale per row", () => {
  const graph = new GraphBuilder();
  // Row r has values up to 10^r, which one scale could not hold.
  const table = normal("table", 320).map((value, i) => value * 10 ** Math.floor(i / 80));
  const port = { name: "y", dtype: "float32", shape: [1, 80] } as const;
  graph.output(graph.op("Gather", [graph.constant("float32", [4, 80], table), "ids"]), port);
  const ids = { name: "ids", dtype: "int64", shape: ["batch"] } as const;
  const { initializers, nodes } = quantised({ ...graph.finish(), inputs: [ids], outputs: [port] });
  expect(nodes[0]).toMatchObject({ type: "DequantizeLinear", attributes: { axis: 0 } });
  const [values, scales] = initializers.map(({ data }) => Array.from(data, Number));
  for (const [i, value] of table.entries()) {
    const scale = scales[Math.floor(i / 80)];
    expect(Math.abs(value - values[i] * scale)).toBeLessThanOrEqual(scale * 0.50001);
  }
});

describe("networks with int8 weights", () => {
  const float32 = encodeOnnx(network(), 17);
  const int8 = encodeOnnx(quantised(network()), 17);

  it("differ from float32 by half a step of each channel at most", async () => {
    const { initializers } = quantised(network());
    const find = (end: string, rank: number) =>
      initializers.find(({ name, shape }) => name.endsWith(end) && shape.length === rank)!;
    const kernel = network().initializers.find(({ shape }) => shape.length === 4)!;
    const [values, scales] = [find("_int8", 4), find("_scale", 1)];
    for (const [i, value] of kernel.data.entries()) {
      const scale = Number(scales.data[Math.floor(i / 27)]);
      expect(Math.abs(Number(value) - Number(values.data[i]) * scale)).toBeLessThanOrEqual(scale * 0.50001);
    }
    const [exact, near] = [await run(float32), await run(int8)];
    const deviation = Math.hypot(...exact.map((value, i) => value - near[i])) / Math.hypot(...exact);
    expect(deviation).toBeLessThan(0.02);
    expect(int8.length).toBeLessThan(0.5 * float32.length);
  });

  it("have the same outputs to the bit when their weights are folded", async () => {
    expect(isQuantised(int8)).toBe(true);
    expect(isQuantised(dequantised(int8))).toBe(false);
    expect(await run(dequantised(int8))).toEqual(await run(int8));
  });

  it("are left as they are without quantised weights", () => {
    expect(dequantised(float32)).toEqual(float32);
    expect(() => dequantised(float32.subarray(0, 5000))).toThrow("cut off");
  });
});
