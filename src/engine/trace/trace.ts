/** Traces a function of tensors to a flat program: equations over variables, and the constants it closes over. */

import { type ArraySpec, type DType, leavesOf, mapTree, type NDArray, type Tree } from "../../base/array.js";
import { InputError, RunError } from "../../base/errors.js";
import { makeJaxpr, relaxed, type Tensor, type Tensors } from "./jax.js";

/** A variable or a scalar literal of the program. */
export interface Atom {
  readonly aval: { readonly shape: readonly number[]; readonly dtype: string; readonly weakType: boolean };
  /** Of variables only. */
  readonly id?: number;
  /** Of literals only. */
  readonly value?: number;
}

/** A primitive applied to atoms. */
export interface Equation {
  readonly primitive: string;
  readonly inputs: readonly Atom[];
  readonly outBinders: readonly Atom[];
  /** The primitive's parameters; its lowering rule states their types. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A traced program. */
export interface Trace {
  readonly inputs: readonly Atom[];
  readonly constants: readonly { atom: Atom; read: () => NDArray }[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Atom[];
  /** The structure of the function's result, with positions in `outputs` at the leaves. */
  readonly structure: Tree<ArraySpec & { index: number }>;
}

/** An array without values, for `makeJaxpr`. Not a plain object, which would be a tree. */
class AbstractArray {
  readonly weakType = false;
  constructor(
    readonly shape: number[],
    readonly dtype: DType,
  ) {}
}

/**
 * Trace `fn` for arguments of these shapes and types. Throws what `fn` throws.
 *
 * @throws {RunError} `engine/not-a-tensor` if its result has a leaf that is no tensor.
 * @throws {InputError} `engine/unsupported-type` if it closes over an array of another element type.
 */
export function trace(fn: (...args: never[]) => Tensors, args: readonly Tree<ArraySpec>[]): Trace {
  const abstract = args.map((arg) => mapTree((leaf) => new AbstractArray([...leaf.shape], leaf.dtype), arg));
  let structure: Trace["structure"] | undefined;
  let inputCount = 0;
  const { jaxpr } = relaxed(() => {
    const traced = (...tensors: never[]): Tensor[] => {
      const out = fn(...tensors);
      let index = 0;
      const flat: Tensor[] = [];
      structure = mapOutput(out, (leaf) => {
        flat.push(leaf);
        return { index: index++, shape: leaf.shape, dtype: leaf.dtype as DType };
      });
      return flat;
    };
    inputCount = args.reduce((n, arg) => n + leavesOf(arg).length, 0);
    return makeJaxpr(traced)(...abstract);
  });
  const flat = jaxpr.jaxpr.flatten().simplify();
  const binders = flat.inBinders as readonly Atom[];
  const constantCount = binders.length - inputCount;
  // Differentiation leaves unused zeros of the size of activations as constants: reading them would take seconds.
  const used = new Set(
    [...flat.eqns.flatMap(({ inputs }) => inputs as Atom[]), ...(flat.outs as Atom[])].map(({ id }) => id),
  );
  return {
    constants: binders.slice(0, constantCount).flatMap((atom, i) => {
      if (!used.has(atom.id)) return [];
      // Read now: the caller may free the array once the program is compiled.
      // Cast: jax-js types constants as its general array value; those of a traced program are arrays.
      const array = readConstant(jaxpr.consts[i] as unknown as Tensor);
      return [{ atom, read: () => array }];
    }),
    inputs: binders.slice(constantCount),
    equations: flat.eqns as readonly Equation[],
    outputs: flat.outs as readonly Atom[],
    structure: structure!,
  };
}

function mapOutput(tree: Tensors, fn: (leaf: Tensor) => ArraySpec & { index: number }): Trace["structure"] {
  if (Array.isArray(tree)) return tree.map((child) => mapOutput(child, fn));
  if (tree && Object.getPrototypeOf(tree) === Object.prototype)
    return Object.fromEntries(
      Object.entries(tree as Record<string, Tensors>).map(([key, child]) => [key, mapOutput(child, fn)]),
    );
  if (!(tree as Tensor | null)?.shape)
    throw new RunError("engine/not-a-tensor", `a traced function returned ${String(tree)}, not a tensor`);
  return fn(tree as Tensor);
}

/** The values of an array that the function closes over. Reads a view, so that the array keeps its references. */
function readConstant(array: Tensor): NDArray {
  const view = array.ref.reshape(array.shape);
  const data = view.dataSync();
  if (array.dtype === "float32") return { dtype: "float32", shape: array.shape, data: data as Float32Array };
  if (array.dtype === "int32") return { dtype: "int32", shape: array.shape, data: data as Int32Array };
  if (array.dtype === "bool")
    return { dtype: "bool", shape: array.shape, data: Uint8Array.from(data as ArrayLike<number>) };
  throw unsupportedType(array.dtype, "a constant");
}

/** The error for an element type that programs do not have. */
export function unsupportedType(dtype: string, where: string): InputError {
  return new InputError({
    code: "engine/unsupported-type",
    where,
    problem: `element type ${dtype} cannot be lowered to ONNX`,
    expected: "float32, int32 or bool",
    remedy: "Cast it with astype().",
  });
}
