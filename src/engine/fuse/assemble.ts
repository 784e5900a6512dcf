/** A graph as what a worker thread runs: one WebAssembly module, ONNX Runtime models, and a list of calls to them. */

import { createHash } from "node:crypto";
import { byteWidth, sizeOf, type TypedArray } from "../../base/array.js";
import type { Shape } from "../lower/values.js";
import { encodeOnnx, type GraphDType, type NamedSpec, type OnnxGraph, type OnnxNode } from "../onnx.js";
import { emitKernel } from "./emit.js";
import { Tensors } from "./infer.js";
import type { Kernel } from "./kernel.js";
import { layOut, type Span } from "./layout.js";
import { type Plan, plan } from "./plan.js";
import { encodeModule, FunctionBody } from "./wasm.js";

/** An array in the worker's memory. */
export interface Located {
  readonly address: number;
  readonly dtype: GraphDType;
  readonly shape: Shape;
}

/** One call: of an exported function, or of a model with its inputs and outputs by name. */
export type Call =
  | { readonly run: string }
  | {
      readonly model: number;
      readonly feeds: Readonly<Record<string, Located>>;
      readonly fetches: Readonly<Record<string, Located>>;
    };

export interface Assembled {
  readonly pages: number;
  readonly module: Uint8Array;
  readonly models: readonly Uint8Array[];
  readonly constants: readonly { readonly at: Located; readonly data: TypedArray | BigInt64Array }[];
  readonly inputs: readonly Located[];
  readonly outputs: readonly Located[];
  readonly calls: readonly Call[];
  /** What runs, by ONNX operator; fused kernels are `Kernel`. */
  readonly operators: Readonly<Record<string, number>>;
}

const PAGE = 65536;
const widthOf = (dtype: GraphDType) => (dtype === "int64" ? 8 : byteWidth[dtype]);

/** Undefined where no array has `least` entries, or one has none. */
export function assemble(graph: OnnxGraph, least: number): Assembled | undefined {
  const tensors = new Tensors(graph);
  const sizes = [...tensors.types.values()].map(({ shape }) => sizeOf(shape));
  if (Math.max(...sizes) < least || sizes.includes(0)) return undefined;
  return new Assembler(graph, tensors).assemble();
}

/** A part of the graph, with what it needs from elsewhere and what is needed of it. */
interface Part {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

class Assembler {
  readonly #graph: OnnxGraph;
  readonly #plan: Plan;
  readonly #parts = new Map<number, Part>();
  readonly #models = new Map<string, { index: number; bytes: Uint8Array }>();

  constructor(graph: OnnxGraph, tensors: Tensors) {
    this.#graph = graph;
    this.#plan = plan(graph, tensors);
  }

  assemble(): Assembled {
    const { steps, tensors, roots } = this.#plan;
    for (const [i, step] of steps.entries())
      if (step.kind === "part") this.#parts.set(i, this.#part(step.nodes));
    const { addresses, bytes } = layOut(this.#spans());
    const located = (name: string): Located => {
      const { dtype, shape } = tensors.of(name);
      const place = roots.placeOf(name);
      return { address: addresses.get(place.name)! + place.offset * widthOf(dtype), dtype, shape };
    };
    const constants = [...tensors.constants.values()]
      .filter(({ name }) => addresses.has(name))
      .map(({ name, data }) => ({ at: located(name), data }));
    const functions = new Functions();
    const calls: Call[] = [];
    for (const [i, step] of steps.entries()) {
      if (step.kind === "kernel") {
        const arrays = [...step.kernel.leaves, ...step.kernel.results];
        const name = functions.add(
          step.kernel,
          arrays.map((array) => located(array.name).address),
        );
        if (name) calls.push({ run: name });
      } else {
        functions.endRun();
        calls.push(this.#call(this.#parts.get(i)!, located));
      }
    }
    const pages = Math.ceil(bytes / PAGE);
    return {
      pages,
      module: functions.encode(pages),
      models: [...this.#models.values()].map((model) => model.bytes),
      constants,
      inputs: this.#graph.inputs.map(({ name }) => located(name)),
      outputs: this.#graph.outputs.map(({ name }) => located(name)),
      calls,
      operators: this.#operators(),
    };
  }

  #operators(): Record<string, number> {
    const counts: Record<string, number> = {};
    const parts = [...this.#parts.values()];
    const kernels = this.#plan.steps.filter(({ kind }) => kind === "kernel").map(() => "Kernel");
    for (const type of [...kernels, ...parts.flatMap(({ nodes }) => nodes.map((node) => node.type))])
      counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  /** What a part needs and gives; reshapes between its operators become its own. */
  #part(own: readonly OnnxNode[]): Part {
    const { tensors, roots } = this.#plan;
    const computed = new Set(own.flatMap((node) => node.outputs));
    const nodes: OnnxNode[] = [];
    const inputs = new Set<string>();
    const known = new Set<string>();
    const include = (name: string) => {
      if (name === "" || known.has(name) || computed.has(name)) return;
      known.add(name);
      const constant = tensors.constants.get(name);
      if (constant) return;
      if (!computed.has(roots.originOf(name).name)) {
        inputs.add(name);
        return;
      }
      const view = tensors.producers.get(name)!;
      include(view.inputs[0]);
      for (const input of view.inputs.slice(1)) include(input);
      nodes.push(view);
    };
    for (const node of own) {
      for (const input of node.inputs) include(input);
      nodes.push(node);
    }
    const outputs = [...computed].filter((name) => this.#neededOutside(name, own));
    return { nodes, inputs: [...inputs], outputs };
  }

  /** By stored tensor, what reads it: nodes of parts, kernels, or whoever reads what it is part of. */
  #readers: Map<string, Set<OnnxNode | Kernel | "output">> | undefined;

  #neededOutside(name: string, own: readonly OnnxNode[]): boolean {
    this.#readers ??= this.#findReaders();
    return [...(this.#readers.get(name) ?? [])].some((reader) => !own.includes(reader as OnnxNode));
  }

  #findReaders() {
    const { steps, roots } = this.#plan;
    const readers = new Map<string, Set<OnnxNode | Kernel | "output">>();
    const note = (name: string, reader: OnnxNode | Kernel | "output") => {
      const { name: origin } = roots.originOf(name);
      readers.set(origin, (readers.get(origin) ?? new Set()).add(reader));
    };
    for (const { type, inputs } of this.#graph.nodes)
      if (type === "Concat") for (const input of inputs) note(input, "output");
    for (const step of steps)
      if (step.kind === "kernel") for (const leaf of step.kernel.leaves) note(leaf.name, step.kernel);
      else for (const node of step.nodes) for (const input of node.inputs) note(input, node);
    for (const { name } of this.#graph.outputs) note(name, "output");
    return readers;
  }

  /** The lives of all stored tensors. What is padded keeps its place, so that its border stays zero. */
  #spans(): Span[] {
    const { steps, tensors, roots } = this.#plan;
    const [start, end] = [-1, steps.length];
    const lives = new Map<string, { first: number; last: number }>();
    const touch = (name: string, step: number) => {
      const { name: place } = roots.placeOf(name);
      const life = lives.get(place);
      if (!life) lives.set(place, { first: step, last: step });
      else life.last = Math.max(life.last, step);
    };
    for (const { name } of this.#graph.inputs) touch(name, start);
    for (const [i, step] of steps.entries()) {
      const part = this.#parts.get(i);
      const names = part
        ? [...part.inputs, ...part.outputs]
        : step.kind === "kernel"
          ? [...step.kernel.leaves, ...step.kernel.results].map((array) => array.name)
          : [];
      for (const name of names) touch(name, i);
    }
    for (const { name } of this.#graph.outputs) touch(name, end);
    return [...lives].map(([name, { first, last }]) => {
      const { dtype, shape } = tensors.of(name);
      const always = tensors.constants.has(name) || tensors.producers.get(name)?.type === "Pad";
      const life = always ? { first: start, last: end } : { first, last };
      return { name, bytes: sizeOf(shape) * widthOf(dtype), ...life };
    });
  }

  /** The call of a part's model. Parts that are alike but for names share one. */
  #call(part: Part, located: (name: string) => Located): Call {
    const { tensors } = this.#plan;
    const renamed = new Map<string, string>([["", ""]]);
    const rename = (names: readonly string[], prefix: string) => {
      for (const name of names) if (!renamed.has(name)) renamed.set(name, `${prefix}${renamed.size}`);
      return names.map((name) => renamed.get(name)!);
    };
    const spec = (name: string) => ({ ...tensors.of(name), name: renamed.get(name)! }) as NamedSpec;
    rename(part.inputs, "in");
    const nodes = part.nodes.map((node) => ({
      ...node,
      inputs: rename(node.inputs, "x"),
      outputs: rename(node.outputs, "x"),
    }));
    const initializers = [...renamed].flatMap(([name, short]) => {
      const constant = tensors.constants.get(name);
      return constant ? [{ ...constant, name: short }] : [];
    });
    const graph = { nodes, initializers, inputs: part.inputs.map(spec), outputs: part.outputs.map(spec) };
    const bytes = encodeOnnx(graph);
    const key = createHash("sha256").update(bytes).digest("hex");
    const model = this.#models.get(key) ?? { index: this.#models.size, bytes };
    this.#models.set(key, model);
    const arrays = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [renamed.get(name)!, located(name)]));
    return { model: model.index, feeds: arrays(part.inputs), fetches: arrays(part.outputs) };
  }
}

/** The functions of a module: one a kind of kernel, and one a run of kernels that calls them with addresses. */
class Functions {
  readonly #kernels = new Map<string, { index: number; body: FunctionBody }>();
  readonly #runs: { index: number; addresses: readonly number[] }[][] = [];
  #open = false;

  /** Add a kernel call; the name of the run it starts, if it starts one. */
  add(kernel: Kernel, addresses: readonly number[]): string | undefined {
    const names = [...kernel.leaves, ...kernel.results].map((array) => array.name);
    const anonymous = <T extends { name: string }>(array: T) => ({
      ...array,
      name: names.indexOf(array.name),
    });
    const [leaves, results] = [kernel.leaves.map(anonymous), kernel.results.map(anonymous)];
    const key = JSON.stringify({ ...kernel, leaves, results });
    const known = this.#kernels.get(key) ?? { index: this.#kernels.size, body: emitKernel(kernel) };
    this.#kernels.set(key, known);
    const call = { index: known.index, addresses };
    if (this.#open) {
      this.#runs.at(-1)!.push(call);
      return undefined;
    }
    this.#open = true;
    return `run${this.#runs.push([call]) - 1}`;
  }

  endRun(): void {
    this.#open = false;
  }

  encode(pages: number): Uint8Array {
    const runs = this.#runs.map((calls, i) => {
      const body = new FunctionBody(0);
      for (const { index, addresses } of calls) {
        for (const address of addresses) body.int(address);
        body.op("call", index);
      }
      return { body, name: `run${i}` };
    });
    return encodeModule([...this.#kernels.values(), ...runs], pages);
  }
}
