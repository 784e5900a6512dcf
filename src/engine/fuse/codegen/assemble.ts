/** A graph as what a worker thread runs: one WebAssembly module, ONNX Runtime models, and a list of calls to them. */

import { createHash } from "node:crypto";
import { byteWidth, sizeOf, type TypedArray } from "../../../base/array.js";
import {
  countTypes,
  encodeOnnx,
  type GraphDType,
  type NamedSpec,
  type OnnxGraph,
  type OnnxNode,
} from "../../lower/onnx.js";
import type { Shape } from "../../lower/values.js";
import { flopsOf, PER_CALL, PER_ENTRY, PER_FLOP } from "../../run/work.js";
import type { Source } from "../../trace/source.js";
import { Tensors } from "../analysis/infer.js";
import { withLittleProducts } from "../analysis/products.js";
import { readTurned } from "../analysis/turned.js";
import type { Kernel } from "../schedule/kernel.js";
import { layOut, type Span } from "../schedule/layout.js";
import { originalOf, type Plan, plan, type Step } from "../schedule/plan.js";
import { divide, EVERYONE, type Task } from "../schedule/team.js";
import { Functions } from "./functions.js";

/** An array in the worker's memory. */
export interface Located {
  readonly address: number;
  readonly dtype: GraphDType;
  readonly shape: Shape;
}

/** A region of memory that crosses between threads, by the place it has in the memory they share. */
interface Crossing {
  readonly index: number;
  readonly address: number;
  readonly bytes: number;
  /** Where it is in the shared memory. */
  readonly at: number;
}

/** What a call computes, where sources are recorded: each operator, and what of learning code it comes from. */
export interface Computed {
  readonly operator: string;
  readonly source: Source | undefined;
}

/** One call: of an exported function; of a model with its inputs and outputs by name; or a handover. */
export type Call = { readonly computes?: readonly Computed[] } & (
  | { readonly run: string }
  | {
      readonly model: number;
      readonly feeds: Readonly<Record<string, Located>>;
      readonly fetches: Readonly<Record<string, Located>>;
    }
  | { readonly send: Crossing }
  | { readonly receive: Crossing }
);

/** What one thread does. */
export interface Member {
  /** Calls that depend on constants alone: made when the program is opened. */
  readonly once: readonly Call[];
  /** Calls of every run. */
  readonly calls: readonly Call[];
  /** The program's outputs, where this thread has them. */
  readonly outputs: readonly (Located | null)[];
}

export interface Assembled {
  readonly pages: number;
  readonly module: Uint8Array;
  readonly models: readonly Uint8Array[];
  readonly constants: readonly { readonly at: Located; readonly data: TypedArray | BigInt64Array }[];
  readonly inputs: readonly Located[];
  readonly members: readonly Member[];
  /** Crossings between threads, and the bytes they take in shared memory. */
  readonly crossings: { readonly count: number; readonly bytes: number };
  /** What runs, by ONNX operator; fused kernels are `Kernel`. */
  readonly operators: Readonly<Record<string, number>>;
  /** Multiplications and additions of its matrix products and convolutions. */
  readonly flops: number;
}

/** From arrays this large on, the runtime's passes over them cost more than taking turns with it. */
const MANY_ENTRIES = 1 << 14;
/** From here on, the runtime opens a graph slowly: the gradients of descent, of some thousand nodes, in seconds. */
const MANY_NODES = 1000;
/** Bytes of memory from which on padded tensors share places: below, a step is an eighth slower for it. */
const SHARED_PADS_FROM = 2 ** 29;
/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65536;
/** Seconds of work from which on it is divided: below, threads wait for each other longer than they save. */
const LEAST_DIVIDED = 2e-3;
const widthOf = (dtype: GraphDType) => (dtype === "int64" ? 8 : byteWidth[dtype]);

/**
 * Undefined where fusing does not pay, unless it is done `always`, or where an array has no entry. Up to `size` threads share
 * the work.
 */
export function assemble(graph: OnnxGraph, size = 1, always = false): Assembled | undefined {
  const tensors = new Tensors(graph);
  const sizes = [...tensors.types.values()].map(({ shape }) => sizeOf(shape));
  if (sizes.includes(0)) return undefined;
  const pays = Math.max(...sizes) >= MANY_ENTRIES || graph.nodes.length >= MANY_NODES;
  if (!pays && !always) return undefined;
  const little = withLittleProducts(graph, tensors);
  const read = readTurned(little);
  const assembled = new Assembler(read, new Tensors(read)).assemble(size);
  return { ...assembled, flops: flopsOf(graph.nodes, tensors) };
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
  #addresses: ReadonlyMap<string, number> = new Map();
  /** Padded tensors by the one whose place they share, which is needed before and has its border where they have it. */
  readonly #sharedPads = new Map<string, string>();
  readonly #models = new Map<string, { index: number; bytes: Uint8Array }>();

  constructor(graph: OnnxGraph, tensors: Tensors) {
    this.#graph = graph;
    this.#plan = plan(graph, tensors);
  }

  assemble(size: number): Omit<Assembled, "flops"> {
    const { steps, tensors } = this.#plan;
    for (const [i, step] of steps.entries())
      if (step.kind === "part") this.#parts.set(i, this.#part(step.nodes));
    const apart = layOut(this.#spans(false));
    const { addresses, bytes } = apart.bytes < SHARED_PADS_FROM ? apart : layOut(this.#spans(true));
    for (const [name, other] of this.#sharedPads) addresses.set(name, addresses.get(other)!);
    this.#addresses = addresses;
    const pages = Math.ceil(bytes / PAGE);
    const functions = new Functions();
    const { members, crossings } = this.#members(functions, size);
    return {
      pages,
      module: functions.encode(pages),
      models: [...this.#models.values()].map((model) => model.bytes),
      constants: [...tensors.constants.values()]
        .filter(({ name }) => addresses.has(name))
        .map(({ name, data }) => ({ at: this.#located(name), data })),
      inputs: this.#graph.inputs.map(({ name }) => this.#located(name)),
      members,
      crossings,
      operators: countTypes([
        ...steps.flatMap(({ kind }) => (kind === "kernel" ? [{ type: "Kernel" }] : [])),
        ...[...this.#parts.values()].flatMap(({ nodes }) => nodes),
      ]),
    };
  }

  #located(name: string): Located {
    const { tensors, roots } = this.#plan;
    const { dtype, shape } = tensors.of(name);
    const place = roots.placeOf(name);
    return { address: this.#addresses.get(place.name)! + place.offset * widthOf(dtype), dtype, shape };
  }

  #bytesOf(name: string): number {
    const { dtype, shape } = this.#plan.tensors.of(name);
    return sizeOf(shape) * widthOf(dtype);
  }

  /**
   * The calls of each thread, of which there are `most` or, where the work is little, one. What depends on constants
   * alone, every thread does for itself.
   */
  #members(functions: Functions, most: number): Pick<Assembled, "members" | "crossings"> {
    const { steps, roots } = this.#plan;
    const moving = [...steps.keys()].filter((i) => !steps[i].fixed);
    const tasks = moving.map((i) => this.#task(i));
    const seconds = tasks.reduce((sum, task) => sum + task.seconds, 0);
    const size = seconds < LEAST_DIVIDED ? 1 : most;
    const { threads, handovers, owners } = divide(tasks, size);
    let bytes = 0;
    const crossings = handovers.map(({ region }, index): Crossing => {
      const at = bytes;
      bytes += Math.ceil(region.bytes / 64) * 64;
      return { index, address: region.address, bytes: region.bytes, at };
    });
    const members = Array.from({ length: size }, (_, thread): Member => {
      const once = this.#calls(functions, (add) => {
        for (const [i, { fixed }] of steps.entries()) if (fixed) add(i);
      });
      const calls = this.#calls(functions, (add, hand) => {
        for (const [task, i] of moving.entries()) {
          if (threads[task] !== thread && threads[task] !== EVERYONE) continue;
          for (const [h, { to, before }] of handovers.entries())
            if (to === thread && before === task) hand({ receive: crossings[h] });
          add(i);
          for (const [h, { from, after }] of handovers.entries())
            if (from === thread && after === task) hand({ send: crossings[h] });
        }
      });
      const mine = (name: string) => (owners.get(roots.placeOf(name).name) ?? 0) === thread;
      const outputs = this.#graph.outputs.map(({ name }) => (mine(name) ? this.#located(name) : null));
      return { once, calls, outputs };
    });
    return { members, crossings: { count: crossings.length, bytes } };
  }

  /** Calls in the order in which they are added; kernels in a row are one. */
  #calls(
    functions: Functions,
    fill: (add: (step: number) => void, hand: (call: Call) => void) => void,
  ): Call[] {
    const calls: Call[] = [];
    functions.endRun();
    const hand = (call: Call) => {
      functions.endRun();
      calls.push(call);
    };
    fill((i) => {
      const step = this.#plan.steps[i];
      const computes = this.#computedBy(step);
      if (step.kind === "part") {
        hand({ ...this.#call(this.#parts.get(i)!), ...computes });
        return;
      }
      if (computes) functions.endRun();
      const arrays = [...step.kernel.leaves, ...step.kernel.results];
      const run = functions.add(
        step.kernel,
        arrays.map((array) => this.#located(array.name).address),
      );
      if (run) calls.push({ run, ...computes });
    }, hand);
    return calls;
  }

  /** What a step computes, where sources are recorded. */
  #computedBy(step: Step): { computes: Computed[] } | undefined {
    const { sources } = this.#graph;
    if (!sources) return undefined;
    const [names, operator] =
      step.kind === "kernel"
        ? [step.targets.map(({ name }) => name), () => "Kernel"]
        : [step.nodes.map(({ outputs }) => outputs[0]), (i: number) => step.nodes[i].type];
    return {
      computes: names.map((name, i) => ({ operator: operator(i), source: sources.get(originalOf(name)) })),
    };
  }

  /** A step as work to be divided. */
  #task(i: number): Task {
    const { steps, roots } = this.#plan;
    const step = steps[i];
    if (step.kind === "kernel") {
      const { leaves, results, loops, uses } = step.kernel;
      const places = [...new Set(results.map((result) => roots.placeOf(result.name).name))];
      const turns = loops.reduce((n, size, loop) => (uses[loop] === "folded" ? n : n * size), 1);
      return {
        seconds: turns * (leaves.length + results.length) * PER_ENTRY,
        reads: leaves.map((leaf) => leaf.name),
        writes: places.map((place) => ({
          place,
          address: this.#addresses.get(place)!,
          bytes: this.#bytesOf(place),
        })),
        kernel: true,
      };
    }
    const part = this.#parts.get(i)!;
    return {
      seconds: PER_CALL + flopsOf(part.nodes, this.#plan.tensors) * PER_FLOP,
      reads: [...new Set(part.inputs.map((name) => roots.placeOf(name).name))],
      writes: part.outputs.map((name) => ({
        place: roots.placeOf(name).name,
        address: this.#located(name).address,
        bytes: this.#bytesOf(name),
      })),
      kernel: false,
    };
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

  /** The lives of all stored tensors. What is padded keeps its place, so that its border stays zero; so does what is fixed. */
  #spans(sharesPads: boolean): Span[] {
    const { steps, tensors, roots } = this.#plan;
    const [start, end] = [-1, steps.length];
    const lives = new Map<string, { first: number; last: number }>();
    const fixed = new Set<string>();
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
      for (const name of names) {
        touch(name, i);
        if (step.fixed) fixed.add(roots.placeOf(name).name);
      }
    }
    for (const { name } of this.#graph.outputs) touch(name, end);
    if (sharesPads)
      this.#sharePads([...lives].flatMap(([name, life]) => (fixed.has(name) ? [] : [{ name, ...life }])));
    for (const name of this.#sharedPads.keys()) lives.delete(name);
    return [...lives].map(([name, { first, last }]) => {
      const always =
        fixed.has(name) || tensors.constants.has(name) || tensors.producers.get(name)?.type === "Pad";
      const life = always ? { first: start, last: end } : { first, last };
      return { name, bytes: this.#bytesOf(name), ...life };
    });
  }

  /** Let padded tensors of one shape and one border that are needed one after another share a place. */
  #sharePads(lives: readonly { name: string; first: number; last: number }[]): void {
    const { tensors } = this.#plan;
    const places = new Map<string, { name: string; last: number }[]>();
    for (const { name, first, last } of [...lives].sort((a, b) => a.first - b.first)) {
      const node = tensors.producers.get(name);
      if (node?.type !== "Pad") continue;
      const key = `${tensors.of(name).shape} ${tensors.ints(node.inputs[1])}`;
      const alike = places.get(key) ?? [];
      places.set(key, alike);
      const free = alike.find((place) => place.last < first);
      if (free) {
        this.#sharedPads.set(name, free.name);
        free.last = last;
      } else alike.push({ name, last });
    }
  }

  /** The call of a part's model. Parts that are alike but for names share one. */
  #call(part: Part): Call {
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
      Object.fromEntries(names.map((name) => [renamed.get(name)!, this.#located(name)]));
    return { model: model.index, feeds: arrays(part.inputs), fetches: arrays(part.outputs) };
  }
}
