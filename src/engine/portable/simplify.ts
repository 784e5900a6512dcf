/**
 * Simplifies a lowered graph by rules that save operators in any runtime:
 *
 * - a scale and a shift per channel after a convolution of constant weights become part of its weights and its bias
 * - exp(x − max x) / Σ exp(x − max x) along the last axis becomes `Softmax`
 * - x · (1 / y) becomes x / y
 */

import { sizeOf } from "../../base/array.js";
import { liveOf } from "../lower/graph.js";
import type { Initializer, OnnxGraph, OnnxNode } from "../lower/onnx.js";
import { TensorTable } from "../lower/tensors.js";

/** The graph by all rules. */
export function simplified(graph: OnnxGraph): OnnxGraph {
  const rules = [withScaledWeights, withSoftmax, withDivision];
  return rules.reduce((current, rule) => rule(current), graph);
}

/** Replace nodes; those that nothing reads any more are left out. */
function replaced(graph: OnnxGraph, by: (node: OnnxNode) => OnnxNode | undefined): OnnxGraph {
  return liveOf({ ...graph, nodes: graph.nodes.map((node) => by(node) ?? node) });
}

function withDivision(graph: OnnxGraph): OnnxGraph {
  const producers = producersOf(graph);
  return replaced(graph, ({ type, inputs: [x, y], outputs }) => {
    if (type !== "Mul") return undefined;
    for (const [numerator, factor] of [
      [x, y],
      [y, x],
    ]) {
      const node = producers.get(factor);
      if (node?.type === "Reciprocal")
        return { type: "Div", inputs: [numerator, node.inputs[0]], outputs, attributes: {} };
    }
    return undefined;
  });
}

const producersOf = ({ nodes }: OnnxGraph) =>
  new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));

function withSoftmax(graph: OnnxGraph): OnnxGraph {
  const producers = producersOf(graph);
  const tensors = new TensorTable(graph);
  /** The operand of a reduction along its last axis, which is kept with size 1. */
  const reducedBy = (type: string, name: string): string | undefined => {
    const reshape = producers.get(name);
    const reduction = reshape?.type === "Reshape" ? producers.get(reshape.inputs[0]) : undefined;
    if (reduction?.type !== type) return undefined;
    const [operand, axes] = reduction.inputs;
    const { shape } = tensors.of(operand);
    const isLast = `${tensors.ints(axes)}` === `${[shape.length - 1]}`;
    return isLast && `${tensors.of(name).shape}` === `${[...shape.slice(0, -1), 1]}` ? operand : undefined;
  };
  return replaced(graph, ({ type, inputs: [exponential, factor], outputs }) => {
    const [reciprocal, exp] = [producers.get(factor), producers.get(exponential)];
    if (type !== "Mul" || reciprocal?.type !== "Reciprocal" || exp?.type !== "Exp") return undefined;
    const difference = producers.get(exp.inputs[0]);
    if (difference?.type !== "Sub" || reducedBy("ReduceSum", reciprocal.inputs[0]) !== exponential)
      return undefined;
    const [x, largest] = difference.inputs;
    if (reducedBy("ReduceMax", largest) !== x) return undefined;
    return { type: "Softmax", inputs: [x], outputs, attributes: { axis: -1 } };
  });
}

function withScaledWeights(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const producers = producersOf(graph);
  const uses = new Map<string, number>();
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const added = new Map<string, Initializer>();
  /** The constant per channel among the operands of a node, with the node that computes the other operand. */
  const perChannel = ({ inputs }: OnnxNode, channels: number) => {
    const constant = inputs.map((input) => constants.get(input)).find((found) => found !== undefined);
    const other = producers.get(inputs.find((input) => !constants.has(input)) ?? "");
    const isVector =
      constant?.dtype === "float32" && constant.shape[0] === channels && sizeOf(constant.shape) === channels;
    return isVector && other && uses.get(other.outputs[0]) === 1 && constant.shape.length > 1
      ? { constant, other }
      : undefined;
  };
  const convolution = (node: OnnxNode) => {
    const weights =
      node.type === "Conv" && node.inputs.length === 2 ? constants.get(node.inputs[1]) : undefined;
    return weights && { node, weights };
  };
  return liveOf({
    ...replaced(graph, (node) => {
      if (node.type !== "Add") return undefined;
      const scaled = node.inputs.map((input) => producers.get(input)).find((each) => each?.type === "Mul");
      const conv = scaled?.inputs.flatMap((input) => convolution(producers.get(input) ?? node) ?? [])[0];
      if (!scaled || !conv) return undefined;
      const [channels] = conv.weights.shape;
      const [shift, scale] = [perChannel(node, channels), perChannel(scaled, channels)];
      if (shift?.other !== scaled || scale?.other !== conv.node) return undefined;
      const [weight, bias] = scaledWeights(conv.weights, scale.constant, shift.constant);
      for (const constant of [weight, bias]) added.set(constant.name, constant);
      return { ...conv.node, inputs: [conv.node.inputs[0], weight.name, bias.name], outputs: node.outputs };
    }),
    initializers: [...graph.initializers, ...added.values()],
  });
}

/** The weights times a scale per output channel, and the shift as bias; named by what they are computed from. */
function scaledWeights(weights: Initializer, scale: Initializer, shift: Initializer): Initializer[] {
  const { name, shape, data } = weights;
  const size = data.length / shape[0];
  const factors = scale.data as Float32Array;
  const values = Float32Array.from(data as Float32Array, (w, i) => w * factors[Math.floor(i / size)]);
  const bias = Float32Array.from(shift.data as Float32Array);
  return [
    { name: `${name}_${scale.name}`, dtype: "float32", shape, data: values },
    { name: `${name}_${shift.name}_bias`, dtype: "float32", shape: [shape[0]], data: bias },
  ];
}
