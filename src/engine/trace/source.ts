/**
 * Where a program's equations come from, for profiles: the function of learning code that asked for an equation, the
 * size of what it works on, and the gradients it came about in. Nothing of this is there until `recordSources` is called.
 *
 * Values are asked for while their function runs: the call stack says which. A gradient's equations come about later, when
 * jax-js transposes the linear program that those values left: then `params` of the equation in turn is read, and its
 * source becomes that of what is computed for it. Equations are known by their `params`, which jax-js hands on as they are.
 */

import { Jaxpr, makeJaxpr, np, relaxed, type Tensor, untyped } from "./jax.js";

export interface Source {
  /** A file of src, without its ending, and a function in it. */
  readonly site: string;
  /** The axes of one example of the largest operand, the longest first: `64×14×14`; empty for vectors and numbers. */
  readonly size: string;
  /** The files in which gradients were asked for that led to it, the first first; none of what is a value. */
  readonly gradients: readonly string[];
}

interface JaxEquation {
  readonly primitive: string;
  readonly inputs: readonly object[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly outBinders: readonly object[];
}
type JaxProgram = InstanceType<typeof Jaxpr>;
interface Tracing {
  processPrimitive(primitive: string, tracers: readonly Tensor[], params: object): unknown;
}

const sources = new WeakMap<object, Source>();
let recording = false;
/** The gradient that is being taken, and the source of the equation that is being transposed for it. */
let gradient: string | undefined;
let transposed: Source | undefined;

/** The source of an equation with these parameters; undefined where none was recorded. */
export const sourceOf = (params: object): Source | undefined => sources.get(params);

/** Take a gradient: what `take` transposes is computed for the caller of this function's caller. */
export function takingGradient<T>(take: () => T): T {
  if (!recording) return take();
  const saved = [gradient, transposed] as const;
  [gradient, transposed] = [siteOf(callers()).split(" ")[0], undefined];
  try {
    return take();
  } finally {
    [gradient, transposed] = saved;
  }
}

/**
 * Record sources in this whole process, until the function that it returns is called: tracing takes several times as long.
 */
export function recordSources(): () => void {
  if (recording) return () => {};
  const { stackTraceLimit } = Error;
  const patched = tracings().map((tracing) => ({ tracing, processPrimitive: tracing.processPrimitive }));
  const { simplify } = Jaxpr.prototype;
  recording = true;
  Error.stackTraceLimit = 100;
  for (const { tracing, processPrimitive } of patched) {
    tracing.processPrimitive = function (primitive, tracers, params) {
      return processPrimitive.call(this, primitive, tracers, recorded(primitive, params, here(tracers)));
    };
  }
  Jaxpr.prototype.simplify = function () {
    const outer = transposed;
    const simple = simplify.call(this);
    for (const equation of simple.eqns as unknown as JaxEquation[]) watch(equation);
    transposed = outer;
    return simple;
  };
  return () => {
    recording = false;
    Error.stackTraceLimit = stackTraceLimit;
    for (const { tracing, processPrimitive } of patched) tracing.processPrimitive = processPrimitive;
    Jaxpr.prototype.simplify = simplify;
  };
}

/** The prototypes of what records equations: of a program, and of the linear program that a gradient transposes. */
function tracings(): Tracing[] {
  const found: Tracing[] = [];
  const meet = (tracer: object) =>
    found.push(Object.getPrototypeOf((tracer as { _trace: Tracing })._trace) as Tracing);
  relaxed(() =>
    makeJaxpr((x: Tensor) => {
      meet(x);
      return untyped.grad((y: Tensor) => {
        meet((y as unknown as { tangent: object }).tangent);
        return np.sum(y);
      })(x);
    })(np.ones([2])),
  );
  return found;
}

/** Parameters of their own for an equation of this source, and for those of a function within it. */
function recorded(primitive: string, params: object, source: Source): object {
  const own: Record<string, unknown> = { ...params };
  if (primitive === "jit") {
    const { inBinders, eqns, outs } = own.jaxpr as JaxProgram;
    const inside = (eqns as unknown as JaxEquation[]).map((equation) => {
      const { primitive: name, inputs, params: theirs, outBinders } = equation;
      const Equation = equation.constructor as new (...fields: unknown[]) => (typeof eqns)[number];
      return new Equation(name, inputs, recorded(name, theirs, source), outBinders);
    });
    own.jaxpr = new Jaxpr(inBinders, inside, outs);
  }
  sources.set(own, source);
  return own;
}

/** Notice when an equation is transposed: its parameters are read then. */
function watch(equation: JaxEquation): void {
  const { params } = equation;
  Object.defineProperty(equation, "params", {
    get() {
      const source = sources.get(params);
      if (source && gradient !== undefined)
        transposed = { ...source, gradients: [...source.gradients, gradient] };
      return params;
    },
  });
}

/** The source of what is asked for now. */
const here = (tracers: readonly Tensor[]): Source =>
  transposed ?? { site: siteOf(callers()), size: sizeOf(tracers), gradients: [] };

function sizeOf(tracers: readonly Tensor[]): string {
  const largest = tracers.toSorted((a, b) => b.size - a.size).at(0)?.shape ?? [];
  return largest.length < 3
    ? ""
    : largest
        .slice(1)
        .toSorted((a, b) => b - a)
        .join("×");
}

interface Frame {
  readonly name: string;
  readonly file: string;
}

/** The calls of learning code that led here, the innermost first. */
function callers(): Frame[] {
  const lines = new Error().stack?.split("\n") ?? [];
  return lines.flatMap((line) => {
    const found = /at (?:async )?(?:(\S+) .*)?\(?\S*\/src\/([\w/-]+)\.[jt]s:\d+/.exec(line);
    if (!found || found[2].startsWith("engine/") || line.includes("node_modules")) return [];
    return [{ name: found[1]?.split(".").at(-1) ?? "", file: found[2] }];
  });
}

/** The innermost file, and the innermost named function in it. */
function siteOf(frames: readonly Frame[]): string {
  const file = frames[0]?.file ?? "elsewhere";
  const name = frames.find(
    (frame) => frame.file === file && /^\w+$/.test(frame.name) && frame.name !== "anonymous",
  );
  return name ? `${file} ${name.name}` : file;
}
