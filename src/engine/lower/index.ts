/** Lowers a traced program to an ONNX graph, by one rule per primitive. */

import { type ArraySpec, type DType, sizeOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import { sourceOf } from "../trace/source.js";
import { type Atom, type Equation, type Trace, unsupportedType } from "../trace/trace.js";
import { convRules } from "./conv.js";
import { dotRules } from "./dot.js";
import { elementwiseRules } from "./elementwise.js";
import { GraphBuilder } from "./graph.js";
import { indexingRules } from "./indexing.js";
import { linalgRules } from "./linalg.js";
import { logicRules } from "./logic.js";
import type { NamedSpec, OnnxGraph } from "./onnx.js";
import { type LoweringRules, refuse } from "./rules.js";
import { shapingRules } from "./shaping.js";
import { sumRules } from "./sums.js";
import { Emitter, type Im2col, same, uniform, type Value } from "./values.js";
import { windowRules } from "./windows.js";

/** The rule of every primitive that can be lowered. */
export const rules: LoweringRules = {
  ...elementwiseRules,
  ...logicRules,
  ...shapingRules,
  ...sumRules,
  ...dotRules,
  ...convRules,
  ...indexingRules,
  ...linalgRules,
  ...windowRules,
};

/** A lowered program. Inputs are named `in0…` and outputs `out0…`, in the order of the leaves of arguments and result. */
export interface Lowered {
  readonly graph: OnnxGraph;
  readonly inputs: readonly NamedSpec[];
  readonly outputs: readonly NamedSpec[];
}

/**
 * Lower a traced program. `im2col`: which convolutions become matrix products of patches: plain ones for a program that is
 * to be fused, all for one that runs without ONNX Runtime.
 *
 * @throws {InputError} `engine/primitive-not-lowered`, `engine/unsupported-type`
 */
export function lower(trace: Trace, { im2col = "none" as Im2col } = {}): Lowered {
  for (const { primitive } of trace.equations) if (!(primitive in rules)) throw refuse(primitive);
  return new Lowering(trace, im2col).lower();
}

class Lowering {
  readonly #graph = new GraphBuilder();
  readonly #emitter: Emitter;
  readonly #values = new Map<number, Value>();
  /** How often each variable is read. */
  readonly #uses = new Map<number | undefined, number>();

  constructor(
    readonly trace: Trace,
    im2col: Im2col,
  ) {
    this.#emitter = new Emitter(this.#graph, im2col);
    for (const { inputs } of [...trace.equations, { inputs: trace.outputs }])
      for (const { id } of inputs) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
  }

  lower(): Lowered {
    for (const { atom, read } of this.trace.constants)
      if (this.#uses.has(atom.id))
        this.#values.set(atom.id!, empty(specOf(atom, "a constant")) ?? this.#emitter.constant(read()));
    const inputs = this.trace.inputs.map((atom, i) => this.#input(atom, i));
    for (const equation of this.trace.equations) this.#equation(equation);
    const outputs = this.trace.outputs.map((atom, i) => this.#output(atom, i));
    return { graph: this.#graph.finish(), inputs, outputs };
  }

  #input(atom: Atom, i: number): NamedSpec {
    const spec = { ...specOf(atom, `argument ${i}`), name: `in${i}` };
    const name = this.#graph.input(spec);
    this.#values.set(atom.id!, empty(spec) ?? { ...spec, stored: spec.shape, name });
    return spec;
  }

  #output(atom: Atom, i: number): NamedSpec {
    const value = this.#valueOf(atom, `result ${i}`);
    const spec = { name: `out${i}`, shape: value.shape, dtype: specOf(atom, `result ${i}`).dtype };
    this.#graph.output(this.#emitter.fullName(value), spec);
    return spec;
  }

  #valueOf(atom: Atom, where: string): Value {
    if (atom.value !== undefined)
      return uniform(Number(atom.value), specOf(atom, where).dtype, atom.aval.shape);
    const value = this.#values.get(atom.id!);
    invariant(value, `variable ${atom.id} is used before it is computed`);
    return value;
  }

  #equation(equation: Equation): void {
    const { primitive, params, outBinders } = equation;
    this.#graph.source = sourceOf(params);
    const where = `primitive "${primitive}"`;
    const specs = outBinders.map((atom) => specOf(atom, where));
    const results = this.#resultsOf(equation, specs, where);
    for (const [i, spec] of specs.entries()) {
      const { shape } = results[i];
      invariant(same(shape, spec.shape), `${where} gave [${shape}] for [${spec.shape}]`);
      const value = this.#emitter.cast(results[i], spec.dtype);
      const { id } = outBinders[i];
      this.#values.set(id!, this.#uses.get(id) === 1 ? value : { ...value, product: undefined });
    }
  }

  #resultsOf(
    { primitive, inputs, params }: Equation,
    specs: readonly ArraySpec[],
    where: string,
  ): readonly Value[] {
    const none = specs.map(empty);
    if (none.every((value) => value !== undefined)) return none;
    const operands = inputs.map((atom) => this.#valueOf(atom, where));
    const types = inputs.map(({ aval }) => aval);
    // Cast: jax-js types no parameters, and the rule of a primitive declares those of its own.
    return [rules[primitive](this.#emitter, operands, params as never, specs, types)].flat();
  }
}

function specOf({ aval }: Atom, where: string): ArraySpec {
  if (!["float32", "int32", "bool"].includes(aval.dtype)) throw unsupportedType(aval.dtype, where);
  return { shape: aval.shape, dtype: aval.dtype as DType };
}

/** An array without entries as a uniform value; undefined for other arrays. ONNX reads a size of 0 in a shape otherwise. */
const empty = ({ dtype, shape }: ArraySpec): Value | undefined =>
  sizeOf(shape) === 0 ? uniform(0, dtype, shape) : undefined;
