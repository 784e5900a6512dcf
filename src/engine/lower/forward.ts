/**
 * Graph rewrite for inference: the forward form of a network with constant weights, which ONNX Runtime runs fastest as one
 * model.
 *
 * Encoders are channels-last, which suits fused kernels. ONNX Runtime's convolution is channels-first, and fuses with what
 * follows: a scale and shift per channel become part of constant weights, ReLU and max pooling run in its blocked layout.
 * So everything between convolutions becomes channels-first here, and the transposes between cancel. Training keeps the
 * fused kernels: its weights are not constant, and batch statistics need passes of their own.
 */

import { sizeOf } from "../../base/array.js";
import type { Equation, Trace } from "../trace/trace.js";
import { GraphBuilder } from "./graph.js";
import type { OnnxGraph, OnnxNode } from "./onnx.js";
import { TensorTable } from "./tensors.js";
import { range, same } from "./values.js";

/** Operators that are elementwise, and so the same in any layout. */
const elementwise = new Set(["Add", "Sub", "Mul", "Div", "Max", "Min", "Relu"]);

/** Whether a program has convolutions, all of them two-dimensional with constant weights. Along one axis kernels are faster. */
export function hasConstantWeights({ equations, constants }: Trace): boolean {
  const constant = new Set(constants.map(({ atom }) => atom.id));
  const convolutions = equations.filter(({ primitive }) => primitive === "conv");
  const fits = ({ inputs: [, weight], params }: Equation) =>
    constant.has(weight.id) && (params.strides as readonly number[]).length === 2;
  return convolutions.length > 0 && convolutions.every(fits);
}

/** Largest ratio of non-convolution to convolution outputs at which ONNX Runtime's own convolutions are used. */
const MAX_OTHER_OUTPUTS = 0.25;

/** The graph with channels-first tensors between convolutions, whatever its other operators compute. */
export const channelsFirst = (graph: OnnxGraph): OnnxGraph => new Rewriter(graph).rewrite();

/** The channels-first graph; undefined if operators other than convolutions compute too many of its entries. */
export function forwardForm(graph: OnnxGraph): OnnxGraph | undefined {
  const rewriter = new Rewriter(graph);
  const { nodes, ...rest } = rewriter.rewrite();
  const entries = (of: (node: OnnxNode) => boolean) =>
    nodes.filter(of).reduce((sum, { outputs: [name] }) => sum + (rewriter.entries.get(name) ?? 0), 0);
  const convolved = entries(({ type }) => type === "Conv");
  const others = entries(({ type }) => type !== "Conv" && type !== "Reshape");
  return others <= MAX_OTHER_OUTPUTS * convolved ? { nodes, ...rest } : undefined;
}

class Rewriter {
  readonly #builder = new GraphBuilder();
  readonly #tensors: TensorTable;
  /** Names in the new graph, by the names in the given one. */
  readonly #names = new Map<string, string>([["", ""]]);
  /** The new tensors [N, C, …space], by the names of the given ones [N, …space, C]. */
  readonly #channelsFirst = new Map<string, string>();
  /** Number of entries of the new tensors that are computed as in the given graph. */
  readonly entries = new Map<string, number>();

  constructor(readonly graph: OnnxGraph) {
    this.#tensors = new TensorTable(graph);
  }

  rewrite(): OnnxGraph {
    for (const spec of this.graph.inputs) this.#names.set(spec.name, this.#builder.input(spec));
    for (const { name, dtype, shape, data } of this.graph.initializers)
      this.#names.set(name, this.#builder.constant(dtype, shape, data));
    const outputs = new Map(this.graph.outputs.map((spec) => [spec.name, spec]));
    for (const node of this.graph.nodes) {
      const output = outputs.get(node.outputs[0]);
      if (output) this.#builder.output(this.#named(node.inputs[0]), output);
      else this.#add(node);
    }
    return this.#builder.finish();
  }

  #named(name: string): string {
    return this.#names.get(name)!;
  }

  #shape(name: string): readonly number[] {
    return this.#tensors.of(name).shape;
  }

  #add(node: OnnxNode): void {
    const [output] = node.outputs;
    this.#builder.source = this.graph.sources?.get(output);
    const { length: rank } = this.#shape(output);
    const toLast = [0, ...range(rank).slice(2), 1];
    const perm = node.type === "Transpose" ? (node.attributes.perm as readonly number[]) : [];
    const original = this.#channelsFirst.get(node.inputs[0]);
    if (original !== undefined && same(perm, [0, rank - 1, ...range(rank - 1).slice(1)])) {
      this.#names.set(output, original);
      return;
    }
    const first =
      rank > 2 && same(perm, toLast)
        ? this.#named(node.inputs[0])
        : (this.#elementwise(node) ?? this.#pool(node));
    if (first !== undefined) {
      this.#channelsFirst.set(output, first);
      this.#names.set(output, this.#builder.op("Transpose", [first], { perm: toLast }));
      return;
    }
    const { type, inputs, outputs, attributes } = node;
    const names = inputs.map((input) => this.#named(input));
    for (const [i, name] of this.#builder.ops(type, names, outputs.length, attributes).entries()) {
      this.#names.set(outputs[i], name);
      this.entries.set(name, sizeOf(this.#shape(outputs[i])));
    }
  }

  /** An elementwise operator on channels-first tensors, scalars, and vectors with an entry per channel. */
  #elementwise({ type, inputs, outputs: [output], attributes }: OnnxNode): string | undefined {
    if (!elementwise.has(type) || !inputs.some((input) => this.#channelsFirst.has(input))) return undefined;
    const shape = this.#shape(output);
    const channels = shape.at(-1)!;
    const operands = inputs.map((input) => {
      const operand = this.#shape(input);
      if (same(operand, shape)) return this.#channelsFirst.get(input);
      if (sizeOf(operand) === 1)
        return this.#builder.op("Reshape", [this.#named(input), this.#builder.ints([1])]);
      if (operand.at(-1) !== channels || sizeOf(operand) !== channels) return undefined;
      const perChannel = this.#builder.ints([channels, ...Array(shape.length - 2).fill(1)]);
      return this.#builder.op("Reshape", [this.#named(input), perChannel]);
    });
    return operands.includes(undefined)
      ? undefined
      : this.#builder.op(type, operands as string[], attributes);
  }

  /** Max pooling with stride = window, which is traced as a maximum over split axes [N, …(count, window), C] of a slice. */
  #pool({ type, inputs: [split, axes], attributes }: OnnxNode): string | undefined {
    const reshaped = this.#tensors.producers.get(split);
    if (type !== "ReduceMax" || attributes.keepdims !== 0 || reshaped?.type !== "Reshape") return undefined;
    const cut = this.#tensors.producers.get(reshaped.inputs[0]);
    const whole = cut?.type === "Slice" ? cut.inputs[0] : reshaped.inputs[0];
    const first = this.#channelsFirst.get(whole);
    if (first === undefined || (cut?.type === "Slice" && !this.#startsAtZero(cut))) return undefined;
    const space = this.#shape(whole).slice(1, -1);
    const shape = this.#shape(split);
    const windows = space.map((_, i) => shape[2 * i + 2]);
    const splitSpace = space.flatMap((size, i) => [Math.floor(size / windows[i]), windows[i]]);
    const [examples, channels] = [this.#shape(whole)[0], this.#shape(whole).at(-1)!];
    if (
      !same(shape, [examples, ...splitSpace, channels]) ||
      !same(
        this.#tensors.ints(axes),
        range(space.length).map((i) => 2 * i + 2),
      )
    )
      return undefined;
    return this.#builder.op("MaxPool", [first], { kernel_shape: windows, strides: windows });
  }

  #startsAtZero({ inputs: [, starts, , , steps] }: OnnxNode): boolean {
    return steps === undefined && this.#tensors.ints(starts).every((start) => start === 0);
  }
}
