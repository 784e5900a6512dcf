/** Which matrix products read transposed operands in place. */

import { describe, expect, it } from "vitest";
import type { OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import { readTransposed } from "./transposed.js";

const node = (type: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
  type,
  inputs,
  outputs: [output],
  attributes,
});
const ints = (name: string, values: number[]) => ({
  name,
  dtype: "int64" as const,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

function graph(
  x: number[],
  y: number[],
  nodes: OnnxNode[],
  constants = [] as ReturnType<typeof ints>[],
): OnnxGraph {
  const input = (name: string, shape: number[]) => ({ name, dtype: "float32" as const, shape });
  const outputs = [{ name: "out", dtype: "float32" as const, shape: [] }];
  return { nodes, initializers: constants, inputs: [input("x", x), input("y", y)], outputs };
}
const productOf = ({ nodes }: OnnxGraph) => {
  const { type, attributes } = nodes.at(-1)!;
  return { type, ...attributes };
};

describe("products of transposed matrices", () => {
  it("read the left operand, the right, or both transposed", () => {
    const transpose = (of: string) => node("Transpose", [of], `${of}T`, { perm: [1, 0] });
    const product = (a: string, b: string) => node("MatMul", [a, b], "out");
    const left = readTransposed(graph([3, 2], [3, 4], [transpose("x"), product("xT", "y")]));
    expect(productOf(left)).toEqual({ type: "Gemm", transA: 1, transB: 0 });
    const right = readTransposed(graph([2, 3], [4, 3], [transpose("y"), product("x", "yT")]));
    expect(productOf(right)).toEqual({ type: "Gemm", transA: 0, transB: 1 });
    const both = readTransposed(graph([3, 2], [4, 3], [transpose("x"), transpose("y"), product("xT", "yT")]));
    expect(productOf(both)).toEqual({ type: "Gemm", transA: 1, transB: 1 });
    expect(both.nodes.some(({ type }) => type === "Transpose")).toBe(false);
  });

  it("look through reshapes around the transposition", () => {
    const nodes = [
      node("Transpose", ["x"], "t", { perm: [2, 0, 1] }),
      node("Reshape", ["t", "s"], "r"),
      node("MatMul", ["r", "y"], "out"),
    ];
    const read = readTransposed(graph([2, 5, 3], [10, 4], nodes, [ints("s", [3, 10])]));
    expect(productOf(read)).toEqual({ type: "Gemm", transA: 1, transB: 0 });
  });

  it("read batches of matrices", () => {
    const nodes = [node("Transpose", ["x"], "t", { perm: [0, 2, 1] }), node("MatMul", ["t", "y"], "out")];
    expect(productOf(readTransposed(graph([7, 3, 2], [7, 3, 4], nodes)))).toEqual({
      type: "FusedMatMul",
      transA: 1,
      transB: 0,
    });
  });

  it("leave other permutations alone", () => {
    const nodes = [
      node("Transpose", ["x"], "t", { perm: [1, 0, 2] }),
      node("Reshape", ["t", "s"], "r"),
      node("MatMul", ["r", "y"], "out"),
    ];
    const given = graph([2, 5, 3], [3, 4], nodes, [ints("s", [10, 3])]);
    expect(productOf(readTransposed(given))).toEqual({ type: "MatMul" });
  });
});
