/** Compile a function of tensors to a program, and run it on the pool. */

import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type ArraySpec,
  type Arrays,
  allocateTree,
  leavesOf,
  mapTree,
  type NDArray,
  type Tree,
  type TypedArray,
} from "../../base/array.js";
import { InputError, RunError } from "../../base/errors.js";
import { Tensors as TensorTypes } from "../fuse/analysis/infer.js";
import { type Assembled, assemble, PAGE } from "../fuse/codegen/assemble.js";
import { forwardForm, hasConstantWeights } from "../lower/forward.js";
import { type Lowered, lower } from "../lower/index.js";
import { countTypes, encodeOnnx, type OnnxGraph } from "../lower/onnx.js";
import type { Tensors } from "../trace/jax.js";
import { type Trace, trace } from "../trace/trace.js";
import { releaseHere, runHere } from "./here.js";
import { type Device, devices, type EngineOptions } from "./options.js";
import { type JobOptions, type Loadable, Pool } from "./pool.js";
import { isSmall } from "./work.js";

/** How a program is run: `into` are results of an earlier run, which are overwritten instead of new arrays. */
export interface ProgramOptions extends JobOptions {
  readonly into?: Arrays;
}

/** A run under way: its results are the arrays `gives` once `done`. */
export interface Started<Out> {
  readonly gives: Out;
  readonly done: Promise<void>;
}

/** A compiled function: typed arrays in, typed arrays out, off the main thread. */
export interface Program<Out extends Arrays = Arrays> {
  /** The whole program as one ONNX file. */
  readonly bytes: Uint8Array;
  /** Operators in that file, by type. */
  readonly operators: Readonly<Record<string, number>>;
  /** What of learning code the file's tensors come from, where that is recorded. */
  readonly sources: OnnxGraph["sources"];
  /** What runs: its kernels and ONNX models, where the program is fused. */
  readonly fused: Assembled | undefined;
  /**
   * Run once. Arguments have the shapes and types the program was compiled for.
   */
  run(args: readonly Arrays[], options?: ProgramOptions): Promise<Out>;
  /** As `run`, and where the results will be when they are there. */
  start(args: readonly Arrays[], options?: ProgramOptions): Started<Out>;
  /** Close its sessions; a later run opens them again. */
  release(): void;
}

/** How many programs stay open; beyond it the longest unused is released. */
const OPEN_PROGRAMS = 48;

/** Pages of 32-bit WebAssembly memory: 4 GB. */
const MOST_PAGES = 65536;

/** Pages up to which threads share a program: 1.5 GB each. */
const TEAM_PAGES = 24_576;

/** The most threads that share one program. */
const LARGEST_TEAM = 2;

/** Compiles functions, keeps their programs by key, and runs them on one pool. */
export class Engine {
  readonly device: Device;
  readonly threads: number;
  readonly #fuse: boolean | undefined;
  readonly #pool: Pool;
  readonly #programs = new Map<string, Program>();

  /** On the processor, programs that can be run as fused kernels: all, none, or, without `fuse`, those where it pays. */
  constructor(
    { threads = availableParallelism(), device = "cpu" }: EngineOptions = {},
    { fuse }: { fuse?: boolean } = {},
  ) {
    this.device = device;
    this.threads = threads;
    this.#fuse = fuse;
    this.#pool = new Pool(threads);
  }

  /**
   * Compile `fn` for arguments like `args` (arrays or their specs): trace, simplify, lower. Throws an error that
   * names the primitive where one cannot be lowered. A program that is to run `alone` is divided among several threads or,
   * where it is small, run by the thread that asks, unless it is run in a lane; its results are the same.
   *
   * @example const square = engine.compile((x: Tensor) => x.mul(x), [{ dtype: "float32", shape: [3] }]);
   */
  compile<Out extends Arrays = Arrays>(
    fn: (...args: never[]) => Tensors,
    args: readonly Tree<ArraySpec>[],
    { alone = false }: { alone?: boolean } = {},
  ): Program<Out> {
    const traced = trace(fn, args);
    const plain = once(() => lower(traced));
    const forward = hasConstantWeights(traced) ? this.#forward(plain()) : undefined;
    const fused = forward ? undefined : this.#fused(traced, alone);
    const whole = () => forward ?? plain();
    const bytes = once(() => encodeOnnx(whole().graph));
    const members = fused
      ? team(fused)
      : [
          {
            kind: "model" as const,
            bytes: shared(bytes()),
            inputs: whole().inputs,
            outputs: whole().outputs,
          },
        ];
    // Threads that share a program meet in memory of its own, so one run of it follows another.
    const meeting = members.length > 1 ? {} : undefined;
    const digest = meeting ? `${digestOf(members[0])} ${++meetings}` : digestOf(members[0]);
    const loadables = members.map(
      (program, i): Loadable => ({ key: `${digest} ${i}/${members.length}`, program, device: this.device }),
    );
    const inputs = traced.inputs.map(({ aval }) => aval as ArraySpec);
    const given = mapTree(({ index }) => traced.outputs[index].aval as ArraySpec, traced.structure);
    const paths = args.flatMap((arg, i) => leavesOf(arg, `${i}`).map(([path]) => path));
    const types = new Map(paths.map((path, i) => [path, inputs[i]]));
    const data = (arrays: readonly NDArray[]) => arrays.map((array) => array.data as TypedArray);
    const isHere = alone && !fused && this.device === "cpu" && isSmallGraph(plain().graph);
    const start = (args: readonly Arrays[], { into, ...options }: ProgramOptions = {}): Started<Out> => {
      const inputs = data(inOrder(types, args));
      const gives = into ?? allocateTree(given);
      const results = data(leavesOf(gives as Tree<NDArray>).map(([, leaf]) => leaf));
      const done =
        isHere && !options.lane
          ? runHere(loadables[0], inputs, results, options)
          : this.#pool.run(loadables, inputs, results, meeting ? { ...options, lane: meeting } : options);
      return { gives: gives as Out, done };
    };
    return {
      get bytes() {
        return bytes();
      },
      get operators() {
        return countTypes(whole().graph.nodes);
      },
      get sources() {
        return whole().graph.sources;
      },
      fused,
      start,
      run: async (args, options) => {
        const { gives, done } = start(args, options);
        await done;
        return gives;
      },
      release: () => {
        for (const { key } of loadables) {
          this.#pool.release(key);
          releaseHere(key);
        }
      },
    };
  }

  /** The program as its forward form, where that is most of it. */
  #forward(lowered: Lowered): Lowered | undefined {
    const graph = forwardForm(lowered.graph);
    return graph && { ...lowered, graph };
  }

  /** The program as fused kernels, where there is a processor for them and it pays or is asked for. */
  #fused(traced: Trace, alone: boolean): Assembled | undefined {
    if (this.device !== "cpu" || this.#fuse === false) return undefined;
    const size = alone ? Math.min(this.threads, LARGEST_TEAM) : 1;
    const { graph } = lower(traced, { products: true });
    const divided = assemble(graph, size, this.#fuse);
    // Each thread of a team has the program's whole memory.
    const isLarge = divided !== undefined && divided.members.length > 1 && divided.pages > TEAM_PAGES;
    const fused = isLarge ? assemble(graph, 1, this.#fuse) : divided;
    if (fused && fused.pages > MOST_PAGES) throw tooLarge(fused.pages * PAGE);
    return fused;
  }

  /** The program kept under `key`, compiled on first use. */
  program<Out extends Arrays = Arrays>(key: string, compile: () => Program<Out>): Program<Out> {
    const program = (this.#programs.get(key) as Program<Out> | undefined) ?? compile();
    this.#programs.delete(key);
    this.#programs.set(key, program);
    for (const [oldest, unused] of this.#programs) {
      if (this.#programs.size <= OPEN_PROGRAMS) break;
      this.#programs.delete(oldest);
      unused.release();
    }
    return program;
  }
}

/** The error for a program whose arrays exceed the memory that WebAssembly can address. */
const tooLarge = (bytes: number) =>
  new InputError({
    code: "engine/too-large",
    where: "one step's arrays",
    problem: `they take ${(bytes / 2 ** 30).toFixed(1)} GB`,
    expected: `at most ${(MOST_PAGES * PAGE) / 2 ** 30} GB, for all examples that a program sees at once`,
    remedy:
      "Use fewer classes or examples in an episode (--way, --shot, --query), fewer inner steps, or smaller inputs: size (images), seconds or hop (audio), points (strokes), columns (tables).",
  });

/** Programs so far that several threads share. */
let meetings = 0;

const engines = new Map<string, Engine>();

/** The engine for these options; equal options share one, and so its pool and its programs. */
export function engineFor(options: EngineOptions = {}): Engine {
  checkOptions(options);
  const key = `${options.device ?? "cpu"}:${options.threads ?? "all"}`;
  const engine = engines.get(key) ?? new Engine(options);
  engines.set(key, engine);
  return engine;
}

function checkOptions({ threads = 1, device = "cpu" }: EngineOptions): void {
  const refuse = (option: string, value: unknown, expected: string) =>
    new InputError({
      code: "engine/bad-option",
      where: `option ${option}`,
      problem: `the value is ${String(value)}`,
      expected,
      remedy: "Leave it out for the default.",
    });
  if (!Number.isInteger(threads) || threads < 1)
    throw refuse("threads", threads, "a whole number of at least 1");
  if (!devices.includes(device)) throw refuse("device", device, devices.join(" or "));
}

const isSmallGraph = (graph: OnnxGraph) => isSmall(graph.nodes, new TensorTypes(graph));

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function digestOf(program: Loadable["program"]): string {
  const hash = createHash("sha256").update(program.kind);
  if (program.kind === "model") return hash.update(program.bytes).digest("hex");
  const { module, models, constants, ...rest } = program.assembled;
  for (const bytes of [module, ...models]) hash.update(bytes);
  for (const { data } of constants) hash.update(data);
  return hash.update(JSON.stringify(rest)).digest("hex");
}

/** A fused program for each of the threads that share it, with the memory where they meet. */
function team(assembled: Assembled): Loadable["program"][] {
  const { count, bytes } = assembled.crossings;
  const flags = new Int32Array(new SharedArrayBuffer(4 * (1 + count)));
  const crossing = new Uint8Array(new SharedArrayBuffer(Math.max(1, bytes)));
  return assembled.members.map((_, member) => ({ kind: "fused", assembled, member, flags, crossing }));
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** The arguments' leaves in the order of the program's inputs, whatever the order of their keys. */
function inOrder(types: ReadonlyMap<string, ArraySpec>, args: readonly Arrays[]): NDArray[] {
  const given = new Map(args.flatMap((arg, i) => leavesOf(arg as Tree<NDArray>, `${i}`)));
  const describe = (leaf?: ArraySpec) => (leaf ? `${leaf.dtype}[${leaf.shape}]` : "absent");
  const wrong = [...new Set([...types.keys(), ...given.keys()])].flatMap((path) => {
    const [expected, actual] = [describe(types.get(path)), describe(given.get(path))];
    return expected === actual ? [] : [`argument ${path} is ${actual}, not ${expected}`];
  });
  if (wrong.length > 0) throw new RunError("engine/wrong-arguments", `internal: ${wrong.join("; ")}`);
  return [...types.keys()].map((path) => given.get(path)!);
}
