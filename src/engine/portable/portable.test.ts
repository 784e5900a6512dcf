/** Graphs for other runtimes: the free axis, operators of opset 17, simplifications, and constants in a file of their own. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runPlain } from "../../../test/support/plain-onnx.js";
import { checkedDifferences, noPython } from "../../../test/support/python.js";
import { float32 } from "../../base/array.js";
import { encodeSafetensors } from "../../base/safetensors.js";
import { nn, np, type Tensor } from "../trace/jax.js";
import { constantOutputs, encodeFiles, joined, portableGraph, traceNamed } from "./index.js";

type Named = Readonly<Record<string, Tensor>>;

const root = mkdtempSync(join(tmpdir(), "metamodal-portable-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The graph of `fn` of x `[n, 6]`, whose first axis is free. */
const graphOf = (fn: (x: Tensor) => Record<string, Tensor>) =>
  portableGraph({
    trace: (size) => traceNamed(({ x }: Named) => fn(x), { x: { dtype: "float32", shape: [size, 6] } }),
    axis: "n",
    size: 4,
  });

const encoded = (graph: Parameters<typeof encodeFiles>[0], externalFrom?: number) =>
  encodeFiles(graph, { name: "m.onnx", version: "1", metadata: { key: "value" }, externalFrom });

const rowsOf = (count: number) =>
  float32(
    Array.from({ length: 6 * count }, (_, i) => Math.sin(i)),
    [count, 6],
  );

describe("a free axis", () => {
  it("takes any size, in reshapes, broadcasts, slices and padding", async () => {
    const { graph, isFree } = await graphOf((x) => {
      const [n] = x.shape;
      const wide = np.pad(x, [
        [0, 2],
        [0, 0],
      ]);
      const ones = np.concatenate([x, np.ones([n, 2])], 1);
      return {
        halves: x.reshape([2 * n, 3]),
        // Both axes depend on the size.
        crossed: np.ones([n, n, 1]).mul(x),
        tail: wide.slice([1, n + 2]),
        ones,
      };
    });
    expect(isFree).toBe(true);
    const file = encoded(graph)["m.onnx"];
    for (const n of [1, 2, 5, 17]) {
      const results = await runPlain(file, { x: rowsOf(n) });
      expect(Object.fromEntries(Object.entries(results).map(([name, { shape }]) => [name, shape]))).toEqual({
        halves: [2 * n, 3],
        crossed: [n, n, 6],
        tail: [n + 1, 6],
        ones: [n, 8],
      });
      const x = Array.from(rowsOf(n).data);
      expect(results.halves.data).toEqual(x);
      expect(results.tail.data).toEqual([...x.slice(6), ...Array(12).fill(0)]);
    }
  });

  it("stays fixed if a number depends on its size", async () => {
    const { graph, isFree } = await graphOf((x) => ({ y: x.mul(1 / x.shape[0]) }));
    expect(isFree).toBe(false);
    expect(graph.inputs[0].shape).toEqual([4, 6]);
  });
});

it("has extrema along axes as attributes, softmax as one operator, and a quotient for a product with a reciprocal", async () => {
  const { graph } = await graphOf((x) => ({
    p: nn.softmax(x, -1),
    q: np.max(x, -1),
    r: x.div(np.max(x, -1, { keepdims: true })),
  }));
  const types = graph.nodes.map(({ type }) => type);
  expect(types.filter((type) => type === "Softmax")).toHaveLength(1);
  expect(types).not.toContain("Exp");
  expect(types).not.toContain("Reciprocal");
  expect(graph.nodes.find(({ type }) => type === "ReduceMax")).toMatchObject({
    inputs: ["x"],
    attributes: { axes: [1] },
  });
  const { p, q } = await runPlain(encoded(graph)["m.onnx"], { x: rowsOf(3) });
  const x = Array.from(rowsOf(3).data);
  for (let i = 0; i < 3; i++) {
    const row = x.slice(6 * i, 6 * i + 6);
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    row.forEach((z, k) => {
      expect(p.data[6 * i + k]).toBeCloseTo(Math.exp(z) / total, 6);
    });
    expect(q.data[i]).toBe(Math.max(...row));
  }
});

it("finds outputs that depend on no input, and joins graphs by the names of outputs and inputs", async () => {
  const first = await graphOf((x) => ({ y: x.mul(2), three: np.array([1, 2, 3]), zeros: np.zeros([2, 2]) }));
  expect(Object.keys(constantOutputs(first.graph)).sort()).toEqual(["three", "zeros"]);
  expect(Array.from(constantOutputs(first.graph).zeros.data)).toEqual([0, 0, 0, 0]);
  const second = await portableGraph({
    trace: (n) => traceNamed(({ y }: Named) => ({ z: y.add(1) }), { y: { dtype: "float32", shape: [n, 6] } }),
    axis: "n",
    size: 4,
  });
  const both = joined(first.graph, second.graph);
  expect(both.outputs.map(({ name }) => name)).toEqual(["z"]);
  expect(both.nodes.map(({ type }) => type)).toEqual(["Mul", "Add"]);
  const { z } = await runPlain(encoded(both)["m.onnx"], { x: rowsOf(2) });
  expect(z.data[5]).toBeCloseTo(2 * Math.sin(5) + 1, 6);
});

describe("large constants", () => {
  const weights = Array.from({ length: 6 * 200 }, (_, i) => Math.cos(i));

  it("lie in a file beside the model, from a number of bytes on", async () => {
    const { graph } = await graphOf((x) => ({ y: np.matmul(x, np.array(weights).reshape([6, 200])) }));
    expect(Object.keys(encoded(graph))).toEqual(["m.onnx"]);
    const files = encoded(graph, 4000);
    expect(Object.keys(files)).toEqual(["m.onnx", "m.onnx.data"]);
    expect(files["m.onnx"].length).toBeLessThan(1000);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
    const whole = await runPlain(encoded(graph)["m.onnx"], { x: rowsOf(3) });
    expect(await runPlain(join(root, "m.onnx"), { x: rowsOf(3) })).toEqual(whole);
    const arrays = { x: rowsOf(3), y: float32(whole.y.data, whole.y.shape) };
    writeFileSync(join(root, "golden.safetensors"), encodeSafetensors({ arrays, metadata: {} }));
  });

  it.skipIf(noPython)(`pass the checks of Python ${noPython ?? ""}`, () => {
    expect(Object.values(checkedDifferences([root]))[0]).toBeLessThan(1e-6);
  });

  it("have as many bytes as their shape needs", async () => {
    const { graph } = await graphOf((x) => ({ y: x.add(np.array([1, 2, 3, 4, 5, 6])) }));
    const [constant, ...rest] = graph.initializers;
    const cut = { ...constant, data: constant.data.slice(1) };
    expect(() => encoded({ ...graph, initializers: [cut, ...rest] })).toThrow("bytes");
  });
});
