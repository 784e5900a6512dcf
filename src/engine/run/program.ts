/** A compiled program: typed arrays in, typed arrays out. */

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
import { RunError } from "../../base/errors.js";
import type { FusedProgram } from "../fuse/codegen/fused-program.js";
import { countTypes, encodeOnnx, type OnnxGraph } from "../lower/onnx.js";
import type { Trace } from "../trace/trace.js";
import { type Form, once } from "./form.js";
import type { JobOptions, Runner } from "./runner.js";

/** How a program is run. */
interface ProgramOptions extends JobOptions {
  /** Results of an earlier run, to be overwritten; by default, new arrays. */
  readonly into?: Arrays;
}

/** A run under way. */
export interface Started<Out> {
  /** The arrays of its results, which are complete once `done` resolves. */
  readonly results: Out;
  readonly done: Promise<void>;
}

/** A compiled function. */
export interface Program<Out extends Arrays = Arrays> {
  /** The whole program as one ONNX file. */
  readonly bytes: Uint8Array;
  /** Number of operators in that file, by type. */
  readonly operators: Readonly<Record<string, number>>;
  /** The learning code that tensors of that file come from, if it is recorded. */
  readonly sources: OnnxGraph["sources"];
  /** Its kernels and ONNX models, if it is fused. */
  readonly fused: FusedProgram | undefined;
  /**
   * Run once. Arguments have the shapes and types that it was compiled for.
   *
   * @throws {RunError} `engine/wrong-arguments` if they do not; `engine/run-failed` if ONNX Runtime fails.
   */
  run(args: readonly Arrays[], options?: ProgramOptions): Promise<Out>;
  /** As `run`, with the arrays of the results at once. */
  start(args: readonly Arrays[], options?: ProgramOptions): Started<Out>;
  /** Close its sessions; a later run opens them again. */
  release(): void;
}

/** The program of a traced function in its form, for arguments like `args`. */
export function programOf<Out extends Arrays>(
  traced: Trace,
  args: readonly Tree<ArraySpec>[],
  form: Form,
  runner: Runner,
): Program<Out> {
  const { fused } = form;
  const runnable = runner.runnable(form);
  const types = typesByPath(traced, args);
  const resultTypes = mapTree(({ index }) => traced.outputs[index].aval as ArraySpec, traced.structure);
  const start = (values: readonly Arrays[], { into, ...options }: ProgramOptions = {}): Started<Out> => {
    const inputs = dataOf(inOrder(types, values));
    const results = into ?? allocateTree(resultTypes);
    const outputs = dataOf(leavesOf(results as Tree<NDArray>).map(([, leaf]) => leaf));
    return { results: results as Out, done: runnable.run(inputs, outputs, options) };
  };
  const bytes = once(() => encodeOnnx(form.lowered().graph));
  return {
    get bytes() {
      return bytes();
    },
    get operators() {
      return countTypes(form.lowered().graph.nodes);
    },
    get sources() {
      return form.lowered().graph.sources;
    },
    fused,
    start,
    run: async (values, options) => {
      const { results, done } = start(values, options);
      await done;
      return results;
    },
    release: () => runnable.release(),
  };
}

const dataOf = (arrays: readonly NDArray[]): TypedArray[] => arrays.map((array) => array.data);

/** The type of each leaf of the arguments, by its path, in the order of the program's inputs. */
function typesByPath({ inputs }: Trace, args: readonly Tree<ArraySpec>[]): ReadonlyMap<string, ArraySpec> {
  const paths = args.flatMap((arg, i) => leavesOf(arg, `${i}`).map(([path]) => path));
  return new Map(paths.map((path, i) => [path, inputs[i].aval as ArraySpec]));
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
