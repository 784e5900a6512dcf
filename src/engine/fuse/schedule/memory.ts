/**
 * The memory of a fused program: the lifetime of every stored tensor, and its address.
 *
 * A tensor that is needed all the time has an address of its own: what depends on constants alone, and the result of a
 * Pad, whose border is zero from the beginning and never written.
 */

import { byteWidth, sizeOf } from "../../../base/array.js";
import type { GraphDType, OnnxGraph } from "../../lower/onnx.js";
import type { Shape } from "../../lower/values.js";
import { layOut, type Span } from "./layout.js";
import type { Part } from "./parts.js";
import type { Plan } from "./plan.js";

/** Bytes of memory from which on padded tensors share addresses; a step takes an eighth longer for it. */
const SHARE_PADS_FROM = 2 ** 29;

/** An array in the program's memory; `address` in bytes. */
export interface Located {
  readonly address: number;
  readonly dtype: GraphDType;
  readonly shape: Shape;
}

const widthOf = (dtype: GraphDType) => (dtype === "int64" ? 8 : byteWidth[dtype]);

export class ProgramMemory {
  /** Size in bytes. */
  readonly bytes: number;
  /** The address of memory that one step uses by itself. */
  readonly scratch: number;
  readonly #plan: Plan;
  readonly #addresses: ReadonlyMap<string, number>;

  constructor(graph: OnnxGraph, plan: Plan, parts: ReadonlyMap<number, Part>) {
    this.#plan = plan;
    const lifetimes = lifetimesOf(graph, plan, parts);
    const spans = (shared: ReadonlyMap<string, string>) => spansOf(lifetimes, shared, plan, this);
    const separate = layOut(spans(new Map()));
    const shared = separate.bytes < SHARE_PADS_FROM ? new Map<string, string>() : sharedPads(lifetimes, plan);
    const { addresses, bytes } = shared.size === 0 ? separate : layOut(spans(shared));
    for (const [name, other] of shared) addresses.set(name, addresses.get(other)!);
    this.#addresses = addresses;
    this.scratch = bytes;
    const scratch = [...parts.values()].map(({ nodes: [node] }) => plan.compiled(node)?.scratchBytes ?? 0);
    this.bytes = bytes + Math.max(0, ...scratch);
  }

  /** Whether a tensor has memory of its own. */
  has(name: string): boolean {
    return this.#addresses.has(name);
  }

  /** Where a stored tensor is. */
  located(name: string): Located {
    const { tensors, stored } = this.#plan;
    const { dtype, shape } = tensors.of(name);
    const place = stored.placeOf(name);
    return { address: this.#addresses.get(place.name)! + place.offset * widthOf(dtype), dtype, shape };
  }

  bytesOf(name: string): number {
    const { dtype, shape } = this.#plan.tensors.of(name);
    return sizeOf(shape) * widthOf(dtype);
  }
}

/** The first and the last step that need a tensor. */
interface Lifetime {
  readonly first: number;
  last: number;
  /** Whether a step needs it that depends on constants alone. */
  fixed: boolean;
}

function lifetimesOf(
  graph: OnnxGraph,
  { steps, stored }: Plan,
  parts: ReadonlyMap<number, Part>,
): ReadonlyMap<string, Lifetime> {
  const lifetimes = new Map<string, Lifetime>();
  const touch = (name: string, step: number, fixed = false) => {
    const { name: place } = stored.placeOf(name);
    const lifetime = lifetimes.get(place) ?? { first: step, last: step, fixed };
    lifetime.last = Math.max(lifetime.last, step);
    lifetime.fixed ||= fixed;
    lifetimes.set(place, lifetime);
  };
  for (const { name } of graph.inputs) touch(name, -1);
  for (const [i, step] of steps.entries()) {
    const part = parts.get(i);
    const names = part
      ? [...part.inputs, ...part.outputs]
      : step.kind === "kernel"
        ? [...step.kernel.inputs, ...step.kernel.outputs].map((array) => array.name)
        : [];
    for (const name of names) touch(name, i, step.fixed);
  }
  for (const { name } of graph.outputs) touch(name, steps.length);
  return lifetimes;
}

function spansOf(
  lifetimes: ReadonlyMap<string, Lifetime>,
  shared: ReadonlyMap<string, string>,
  { steps, tensors }: Plan,
  memory: ProgramMemory,
): Span[] {
  return [...lifetimes].flatMap(([name, { first, last, fixed }]) => {
    if (shared.has(name)) return [];
    const always = fixed || tensors.constants.has(name) || tensors.producers.get(name)?.type === "Pad";
    const life = always ? { first: -1, last: steps.length } : { first, last };
    return [{ name, bytes: memory.bytesOf(name), ...life }];
  });
}

/** Padded tensors of one shape and border that are needed one after another: by name, the one whose address they share. */
function sharedPads(
  lifetimes: ReadonlyMap<string, Lifetime>,
  { tensors }: Plan,
): ReadonlyMap<string, string> {
  const shared = new Map<string, string>();
  const owners = new Map<string, { name: string; last: number }[]>();
  const movable = [...lifetimes].filter(([, { fixed }]) => !fixed);
  for (const [name, { first, last }] of movable.sort(([, a], [, b]) => a.first - b.first)) {
    const node = tensors.producers.get(name);
    if (node?.type !== "Pad") continue;
    const key = `${tensors.of(name).shape} ${tensors.ints(node.inputs[1])}`;
    const alike = owners.get(key) ?? [];
    owners.set(key, alike);
    const free = alike.find((owner) => owner.last < first);
    if (free) {
      shared.set(name, free.name);
      free.last = last;
    } else alike.push({ name, last });
  }
  return shared;
}
