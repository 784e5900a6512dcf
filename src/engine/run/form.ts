/**
 * Decides how a program runs. There are three forms, tried in this order:
 *
 * 1. The forward form (lower/forward.ts): one ONNX model with ONNX Runtime's own convolutions. If all convolutions are
 *    two-dimensional with constant weights, and they compute most of the program's entries.
 * 2. Fused (fuse/): kernels and ONNX models over one memory. On the processor, if the program has a large array or very
 *    many operators.
 * 3. One ONNX model.
 *
 * With the runtime `wasm`, every program is fused, and has no ONNX models.
 *
 * A model, or a program without ONNX models, that runs alone on one thread and is short runs on the calling thread instead of
 * a worker.
 */

import { sizeOf } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { type FusedProgram, PAGE } from "../fuse/codegen/fused-program.js";
import { fuse } from "../fuse/index.js";
import { secondsOf } from "../fuse/schedule/cost.js";
import { forwardForm, hasConstantWeights } from "../lower/forward.js";
import { type Lowered, lower } from "../lower/index.js";
import { TensorTable } from "../lower/tensors.js";
import type { Trace } from "../trace/trace.js";
import { type Device, isWasm, type Runtime } from "./options.js";

/** Entries of the largest array from which on fusing saves more passes over memory than it costs calls. */
const MIN_FUSED_ENTRIES = 1 << 14;
/** Number of operators from which on ONNX Runtime takes seconds to open one model: second-order gradients have thousands. */
const MIN_FUSED_NODES = 1000;
/** Pages of 32-bit WebAssembly memory: 4 GB. */
const MAX_PAGES = 65536;
/** The most threads that share one program. */
const MAX_TEAM = 2;
/**
 * Estimated run time, in seconds, below which a program runs on the calling thread: handing it to a worker costs about
 * as much.
 */
const INLINE_RUN_TIME = 0.5e-3;

interface FormOptions {
  readonly device: Device;
  readonly runtime: Runtime;
  /** Threads of the engine. */
  readonly threads: number;
  /** Fuse every program that can be fused, or none; by default those that are faster fused. */
  readonly fuse?: boolean;
  /** Whether no other program runs at the same time, so that this one may use several threads or the calling one. */
  readonly alone: boolean;
}

export interface Form {
  /** The program as one ONNX graph, lowered when first asked for. It is what runs unless the program is fused. */
  readonly lowered: () => Lowered;
  readonly fused: FusedProgram | undefined;
  /** Whether it runs on the calling thread. */
  readonly isInline: boolean;
}

/** The form of a traced program. */
export function formOf(traced: Trace, options: FormOptions): Form {
  const plain = once(() => lower(traced));
  if (isWasm(options.runtime)) {
    const fused = wasmForm(traced, options);
    const isInline = options.alone && fused.threads.length === 1 && isShort(plain());
    return { lowered: plain, fused, isInline };
  }
  const forward = hasConstantWeights(traced) ? forwardForm(plain().graph) : undefined;
  const fused = forward ? undefined : fusedForm(traced, options);
  const isInline = options.alone && !fused && options.device === "cpu" && isShort(plain());
  if (!forward) return { lowered: plain, fused, isInline };
  return { lowered: () => ({ ...plain(), graph: forward }), fused, isInline };
}

/** The fused program; undefined if it cannot be fused, need not be, or must not be. */
function fusedForm(
  traced: Trace,
  { device, threads, fuse: choice, alone }: FormOptions,
): FusedProgram | undefined {
  if (device !== "cpu" || choice === false) return undefined;
  const { graph } = lower(traced, { im2col: "plain" });
  const tensors = new TensorTable(graph);
  const entries = [...tensors.types.values()].map(({ shape }) => sizeOf(shape));
  const isLarge = entries.some((count) => count >= MIN_FUSED_ENTRIES);
  const isWorthwhile = isLarge || graph.nodes.length >= MIN_FUSED_NODES;
  // Kernels have no loops without iterations.
  if (entries.includes(0) || !(isWorthwhile || choice === true)) return undefined;
  const program = fuse(graph, tensors, alone ? Math.min(threads, MAX_TEAM) : 1);
  if (program.pages > MAX_PAGES) throw tooLarge(program.pages * PAGE);
  return program;
}

/** The program without ONNX models. */
function wasmForm(traced: Trace, { threads, runtime, alone }: FormOptions): FusedProgram {
  const { graph } = lower(traced, { im2col: "all" });
  const program = fuse(graph, new TensorTable(graph), alone ? Math.min(threads, MAX_TEAM) : 1, runtime);
  if (program.pages > MAX_PAGES) throw tooLarge(program.pages * PAGE);
  return program;
}

const isShort = ({ graph }: Lowered) => secondsOf(graph.nodes, new TensorTable(graph)) <= INLINE_RUN_TIME;

/** The error for a program whose arrays exceed the memory that WebAssembly can address. */
const tooLarge = (bytes: number) =>
  new InputError({
    code: "engine/too-large",
    where: "one step's arrays",
    problem: `they take ${(bytes / 2 ** 30).toFixed(1)} GB`,
    expected: `at most ${(MAX_PAGES * PAGE) / 2 ** 30} GB, for all examples that a program sees at once`,
    remedy:
      "Use fewer classes or examples in an episode (--way, --shot, --query), fewer inner steps, or smaller inputs: size (images), seconds or hop (audio), points (strokes), columns (tables).",
  });

/** `make`, called at most once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
