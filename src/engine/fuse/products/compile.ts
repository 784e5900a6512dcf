/** The WebAssembly functions of nodes that are neither kernels nor operators in JavaScript: products, convolutions, exp and log. */

import { sizeOf } from "../../../base/array.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import type { FunctionBody } from "../codegen/wasm.js";
import { emitConvolution } from "./convolution.js";
import { emitDepthwise } from "./depthwise.js";
import { boundsOf } from "./epilogue.js";
import { emitExponential, exponentialTypes } from "./exponential.js";
import { emitProduct, type Product, scratchBytes } from "./product.js";
import type { Variant } from "./tile.js";

/** A function of the addresses of a node's operands, its result and memory that it may use. */
export interface NodeFunction {
  /** Equal for nodes that have one function. */
  readonly key: string;
  /** The tensors whose addresses it takes; undefined for one that is absent. */
  readonly arrays: readonly (string | undefined)[];
  readonly scratchBytes: number;
  emit(): FunctionBody;
}

/** The function of a node; undefined if it is computed in JavaScript. */
export function functionOf(node: OnnxNode, tensors: TensorTable, variant: Variant): NodeFunction | undefined {
  if (node.type === "ConvLast") return convolutionFunction(node, tensors, variant);
  if (exponentialTypes.has(node.type)) return exponentialFunction(node, tensors);
  if (node.type !== "Product") return undefined;
  const product = productOf(node, tensors, variant);
  const [a, b, start] = node.inputs;
  return {
    key: `Product ${JSON.stringify(product)}`,
    arrays: [a, b, node.outputs[0], start],
    scratchBytes: scratchBytes(product),
    emit: () => emitProduct(product),
  };
}

/** The function of exp or log. */
function exponentialFunction(
  { type, inputs: [x], outputs: [y] }: OnnxNode,
  tensors: TensorTable,
): NodeFunction | undefined {
  const { dtype, shape } = tensors.of(x);
  if (dtype !== "float32") return undefined;
  const size = sizeOf(shape);
  return { key: `${type} ${size}`, arrays: [x, y], scratchBytes: 0, emit: () => emitExponential(type, size) };
}

/** The function of a convolution. */
function convolutionFunction(node: OnnxNode, tensors: TensorTable, variant: Variant): NodeFunction {
  const { attributes, inputs, outputs } = node;
  const pair = (name: string) => attributes[name] as readonly [number, number];
  const [x, w, bias] = inputs;
  const [[, ...input], [images, ...output]] = [x, outputs[0]].map((name) => tensors.of(name).shape);
  const convolution = {
    ...{ images, input, output, kernel: pair("kernel"), strides: pair("strides") },
    ...{ bounds: boundsOf(node), hasBias: bias !== undefined, variant },
  };
  const depthwise = attributes.depthwise === 1 && { ...convolution, before: pair("pads") };
  return {
    key: `ConvLast ${JSON.stringify(depthwise || convolution)}`,
    arrays: [x, w, outputs[0], bias],
    scratchBytes: 0,
    emit: () => (depthwise ? emitDepthwise(depthwise) : emitConvolution(convolution)),
  };
}

/** What a `Product` computes. */
function productOf(node: OnnxNode, tensors: TensorTable, variant: Variant): Product {
  const { attributes, inputs, outputs } = node;
  const [k, n] = [Number(attributes.k), Number(attributes.n)];
  const b = attributes.b as Product["b"];
  const transA = attributes.transA === 1;
  const { shape } = tensors.of(outputs[0]);
  const rows = shape.at(-2)!;
  const matrices = sizeOf(shape.slice(0, -2));
  const [ofA, ofB] = [tensors.of(inputs[0]).shape, tensors.of(inputs[1]).shape];
  const hasOneB = b === "panels" || sizeOf(ofB) === k * n;
  const isOne = hasOneB && !transA && sizeOf(ofA) === matrices * rows * k;
  const isSharedA = sizeOf(ofA) === rows * k;
  const start = inputs[2] === undefined ? undefined : sizeOf(tensors.of(inputs[2]).shape);
  return {
    ...{ n, k, b, transA, variant, bounds: boundsOf(node) },
    m: isOne ? matrices * rows : rows,
    batch: isOne
      ? { count: 1, a: 0, b: 0 }
      : { count: matrices, a: isSharedA ? 0 : rows * k, b: hasOneB ? 0 : k * n },
    start: start === undefined ? "zero" : start === n && start !== sizeOf(shape) ? "row" : "matrix",
  };
}
