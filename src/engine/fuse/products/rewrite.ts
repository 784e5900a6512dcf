/**
 * Graph rewrite for programs without ONNX Runtime: every product of float matrices becomes a `Product`, whose constant
 * matrix is packed once, here.
 *
 * Product: A, B and, if given, what the sums start with (a vector of n entries, or a matrix of the result's shape). Attributes:
 * `k` and `n`; `transA`; `b`, how B is stored; an activation. The weights of a `ConvLast` are packed likewise.
 */

import { sizeOf } from "../../../base/array.js";
import { liveOf } from "../../lower/graph.js";
import type { Initializer, OnnxGraph, OnnxNode } from "../../lower/onnx.js";
import { TensorTable } from "../../lower/tensors.js";
import { packed } from "./packing.js";

const productTypes: ReadonlySet<string> = new Set(["MatMul", "Gemm", "FusedMatMul", "Linear"]);

/** The graph with its products of float matrices as `Product`. */
export function ownProducts(graph: OnnxGraph): OnnxGraph {
  const tensors = new TensorTable(graph);
  const initializers = [...graph.initializers];
  const isPacked = new Set<string>();
  const nodes = graph.nodes.map((node): OnnxNode => {
    const { type, inputs, outputs, attributes } = node;
    if (type === "ConvLast" && attributes.depthwise !== 1) {
      const [x, w, ...bias] = inputs;
      const weight = tensors.constants.get(w)!;
      const channels = weight.shape.at(-1)!;
      if (!isPacked.has(panelsName(w, 0))) {
        isPacked.add(panelsName(w, 0));
        initializers.push(panels(weight, sizeOf(weight.shape) / channels, channels, 0));
      }
      return { ...node, inputs: [x, panelsName(w, 0), ...bias] };
    }
    if (!productTypes.has(type) || tensors.of(outputs[0]).dtype !== "float32") return node;
    const [a, b, ...start] = inputs;
    const { transA = 0, transB = 0, ...others } = attributes;
    const n = tensors.of(outputs[0]).shape.at(-1)!;
    const k = tensors.of(a).shape.at(transA ? -2 : -1)!;
    const constant = tensors.constants.get(b);
    const stored = constant?.shape.length === 2 ? "panels" : transB ? "columns" : "rows";
    if (constant && stored === "panels" && !isPacked.has(panelsName(b, transB))) {
      isPacked.add(panelsName(b, transB));
      initializers.push(panels(constant, k, n, transB));
    }
    return {
      type: "Product",
      inputs: [a, stored === "panels" ? panelsName(b, transB) : b, ...start],
      outputs,
      attributes: { ...others, k, n, transA, b: stored },
    };
  });
  return liveOf({ ...graph, nodes, initializers });
}

const panelsName = (name: string, transB: unknown) => `${name} panels${transB ? " transposed" : ""}`;

/** A constant matrix B as panels. */
function panels({ name, data }: Initializer, k: number, n: number, transB: unknown): Initializer {
  // Cast: a factor of a float product is of floats.
  const entries = data as Float32Array;
  const inRows = transB
    ? Float32Array.from({ length: sizeOf([k, n]) }, (_, i) => entries[(i % n) * k + Math.floor(i / n)])
    : entries;
  const panelled = packed(inRows, k, n);
  return { name: panelsName(name, transB), dtype: "float32", shape: [panelled.length], data: panelled };
}
