/** Lower a traced program to an ONNX graph: one rule a primitive, looked up in one table. */

import { type ArraySpec, type DType, sizeOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import { sourceOf } from "../trace/source.js";
import { type Atom, type Trace, unsupportedType } from "../trace/trace.js";
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
import { Emitter, uniform, type Value } from "./values.js";
import { windowRules } from "./windows.js";

/** Every primitive that can be lowered. */
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

/** A lowered program: the graph, and which of the function's leaves each graph output is. */
export interface Lowered {
  readonly graph: OnnxGraph;
  readonly inputs: readonly NamedSpec[];
  readonly outputs: readonly NamedSpec[];
}

function specOf({ aval }: Atom, where: string): ArraySpec {
  if (!["float32", "int32", "bool"].includes(aval.dtype)) throw unsupportedType(aval.dtype, where);
  return { shape: aval.shape, dtype: aval.dtype as DType };
}

/** The value of an array without entries, which any number is: ONNX reads a size of 0 in a shape as "what it was". */
const empty = ({ dtype, shape }: ArraySpec): Value | undefined =>
  sizeOf(shape) === 0 ? uniform(0, dtype, shape) : undefined;

/** Lower `trace`. Inputs are named `in0…`, outputs `out0…`, in the order of the leaves. */
export function lower(trace: Trace, { im2col = false } = {}): Lowered {
  const graph = new GraphBuilder();
  const emitter = new Emitter(graph, im2col);
  const values = new Map<number, Value>();
  for (const { primitive } of trace.equations) if (!(primitive in rules)) throw refuse(primitive);
  const uses = new Map<number | undefined, number>();
  for (const { inputs } of [...trace.equations, { inputs: trace.outputs }])
    for (const { id } of inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const { atom, read } of trace.constants)
    if (uses.has(atom.id))
      values.set(atom.id!, empty(specOf(atom, "a constant")) ?? emitter.constant(read()));
  const inputs = trace.inputs.map((atom, i): NamedSpec => {
    const spec = { ...specOf(atom, `argument ${i}`), name: `in${i}` };
    const name = graph.input(spec);
    values.set(atom.id!, empty(spec) ?? { ...spec, stored: spec.shape, name });
    return spec;
  });
  const valueAt = (atom: Atom, where: string): Value => {
    if (atom.value !== undefined)
      return uniform(Number(atom.value), specOf(atom, where).dtype, atom.aval.shape);
    const value = values.get(atom.id!);
    invariant(value, `variable ${atom.id} is used before it is computed`);
    return value;
  };
  for (const equation of trace.equations) {
    const { primitive, params, outBinders } = equation;
    graph.source = sourceOf(params);
    const where = `primitive "${primitive}"`;
    const specs = outBinders.map((atom) => specOf(atom, where));
    const none = specs.map(empty);
    const results = none.every((value) => value !== undefined)
      ? none
      : ([
          rules[primitive](
            emitter,
            equation.inputs.map((atom) => valueAt(atom, where)),
            params,
            specs,
            equation.inputs.map(({ aval }) => aval),
          ),
        ].flat() as Value[]);
    for (const [i, spec] of specs.entries()) {
      const ok =
        results[i].shape.length === spec.shape.length &&
        results[i].shape.every((d, k) => d === spec.shape[k]);
      invariant(ok, `${where} gave [${results[i].shape}] for [${spec.shape}]`);
      const value = emitter.cast(results[i], spec.dtype);
      const { id } = outBinders[i];
      values.set(id!, uses.get(id) === 1 ? value : { ...value, product: undefined });
    }
  }
  const outputs = trace.outputs.map((atom, i): NamedSpec => {
    const value = valueAt(atom, `result ${i}`);
    const spec = { name: `out${i}`, shape: value.shape, dtype: specOf(atom, `result ${i}`).dtype };
    graph.output(emitter.fullName(value), spec);
    return spec;
  });
  return { graph: graph.finish(), inputs, outputs };
}
