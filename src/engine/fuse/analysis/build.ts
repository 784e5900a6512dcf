/**
 * Builds the kernel of one or several targets: follows each back through views, elementwise operators and folds to the
 * stored tensors it is computed from.
 */

import { sizeOf } from "../../../base/array.js";
import { invariant } from "../../../base/errors.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import type { Shape } from "../../lower/values.js";
import { type Domain, domainOf } from "./domain.js";
import {
  type Access,
  type Combine,
  type Kernel,
  type LoopUse,
  type Memory,
  type Output,
  reduceTypes,
  type Target,
  type Term,
} from "./kernel.js";
import {
  broadcastIndex,
  counted,
  type Index,
  isObstacle,
  type Obstacle,
  stridesOf,
  throughReshape,
  throughView,
  viewTypes,
} from "./views.js";

type BuildResult =
  /** `inlined`: tensors that are computed inside the kernel without being stored. */
  | { readonly kind: "kernel"; readonly kernel: Kernel; readonly inlined: ReadonlySet<string> }
  /** No loop nest computes the targets unless `tensor` is stored. */
  | { readonly kind: "unreadable"; readonly tensor: string }
  /** The targets do not fit one loop nest. */
  | { readonly kind: "mismatched" };

const mismatched = { kind: "mismatched" } as const;

/** The kernel that computes all targets in one loop nest; `memoryOf` is where a tensor is stored, if it is. */
export function buildKernel(
  targets: readonly Target[],
  tensors: TensorTable,
  memoryOf: (name: string) => Memory | undefined,
): BuildResult {
  const domains = targets.map((target) => domainOf(target, tensors));
  const { shape } = domains[0];
  if (domains.some((domain) => sizeOf(domain.shape) !== sizeOf(shape))) return mismatched;
  const loops = shape.filter((size) => size > 1);
  for (;;) {
    const built = new Builder(loops, shape, tensors, memoryOf).build(targets, domains);
    if (built.kind !== "split") return built;
    const { loop, outer, tensor } = built;
    const size = loops[loop];
    // The loop of a fold, which is not split.
    if (size === undefined) return { kind: "unreadable", tensor };
    loops.splice(loop, 1, outer, size / outer);
  }
}

class Builder {
  readonly #inputs: Access[] = [];
  readonly #terms: Term[] = [];
  /** Positions of terms by what they are, so that none is computed twice. */
  readonly #known = new Map<string, number>();
  readonly #inlined = new Set<string>();
  readonly #loops: number[];
  /** The loops as an index into an array of the domain's shape. */
  readonly #index: Index;

  constructor(
    loops: readonly number[],
    shape: Shape,
    readonly tensors: TensorTable,
    readonly memoryOf: (name: string) => Memory | undefined,
  ) {
    this.#loops = [...loops];
    let next = 0;
    this.#index = shape.map((size) => {
      const digits: number[] = [];
      for (let covered = 1; covered < size; covered *= loops[next++]) digits.push(next);
      return counted(size, digits);
    });
  }

  build(targets: readonly Target[], domains: readonly Domain[]): BuildResult | Obstacle {
    const outer = this.#loops.length;
    const outputs: Output[] = [];
    let reduced: boolean[] | undefined;
    for (const [i, { source, shape, axes, combine, output }] of domains.entries()) {
      const { name } = targets[i];
      const index = this.#indexOf(shape);
      if (isObstacle(index)) return index;
      if (axes.length > 0) {
        const along = this.#loops.map((_, loop) => axes.some((axis) => index[axis].digits.includes(loop)));
        if (reduced?.some((is, loop) => is !== along[loop])) return mismatched;
        reduced = along.slice(0, outer);
      }
      const term = source === name ? this.#compute(name, index) : this.#term(source, index);
      if (typeof term !== "number") return term;
      const place = stridesOf(output(index), this.tensors.of(name).shape, this.#loops);
      outputs.push({ name, term, combine, ...place });
    }
    const use = (_: number, loop: number): LoopUse =>
      loop >= outer ? "folded" : reduced?.[loop] ? "reduced" : "kept";
    const kernel = {
      loops: this.#loops,
      uses: this.#loops.map(use),
      inputs: this.#inputs.map(this.#alongAllLoops),
      terms: this.#terms,
      outputs: outputs.map(this.#alongAllLoops),
    };
    return { kind: "kernel", kernel, inlined: this.#inlined };
  }

  /** An access with strides of the loops that folds added later, too. */
  #alongAllLoops = <A extends Access>(access: A): A => ({
    ...access,
    strides: this.#loops.map((_, loop) => access.strides[loop] ?? 0),
  });

  /** The loops as an index into an array of another shape with as many entries. */
  #indexOf(shape: Shape): Index | Obstacle {
    const sizes = this.#index.map(({ size }) => size);
    if (sizes.length === shape.length && sizes.every((size, axis) => size === shape[axis]))
      return this.#index;
    return throughReshape("the loops", this.#index, shape, this.#loops);
  }

  /** The term of a tensor at an index: loaded if it is stored, computed otherwise. */
  #term(name: string, index: Index): number | Obstacle {
    const constant = this.tensors.constants.get(name);
    if (constant && constant.data.length === 1)
      return this.#add({ kind: "number", number: Number(constant.data[0]), bool: constant.dtype === "bool" });
    const key = `${name} ${JSON.stringify(index)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const memory = this.memoryOf(name);
    if (!memory) this.#inlined.add(name);
    const term = memory ? this.#load(memory, name, index) : this.#compute(name, index);
    if (typeof term === "number") this.#known.set(key, term);
    return term;
  }

  #load(memory: Memory, name: string, index: Index): number {
    const { strides, offset } = stridesOf(index, this.tensors.of(name).shape, this.#loops);
    const access = { name: memory.name, strides, offset: memory.offset + offset };
    const key = JSON.stringify(access);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const term = this.#add({ kind: "load", input: this.#inputs.push(access) - 1 });
    this.#known.set(key, term);
    return term;
  }

  #compute(name: string, index: Index): number | Obstacle {
    const node = this.tensors.producers.get(name);
    invariant(node, `tensor ${name} is neither stored nor computed`);
    if (viewTypes.has(node.type)) {
      const inner = throughView(node, index, this.tensors, this.#loops);
      return isObstacle(inner) ? inner : this.#term(node.inputs[0], inner);
    }
    if (reduceTypes.has(node.type)) return this.#fold(node, index);
    const operands: number[] = [];
    for (const input of node.inputs) {
      const operand = this.#term(input, broadcastIndex(index, this.tensors.of(input).shape));
      if (typeof operand !== "number") return operand;
      operands.push(operand);
    }
    const bool = this.tensors.of(name).dtype === "bool";
    return this.#add({ kind: "apply", type: node.type, operands, bool });
  }

  /** A short reduction: the reduced axes get loops of their own. */
  #fold(node: OnnxNode, index: Index): number | Obstacle {
    const { shape } = this.tensors.of(node.inputs[0]);
    const axes = this.tensors.ints(node.inputs[1]);
    const loops: number[] = [];
    let kept = 0;
    const inner = shape.map((size, axis) => {
      if (!axes.includes(axis)) return index[kept++];
      if (size === 1) return counted(1, []);
      const loop = this.#loops.push(size) - 1;
      loops.push(loop);
      return counted(size, [loop]);
    });
    const operand = this.#term(node.inputs[0], inner);
    if (typeof operand !== "number") return operand;
    return this.#add({ kind: "fold", combine: node.type as Combine, operand, loops });
  }

  /** The position of a term, which is added unless there is an equal one. */
  #add(term: Term): number {
    const key = JSON.stringify(term);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const position = this.#terms.push(term) - 1;
    this.#known.set(key, position);
    return position;
  }
}
