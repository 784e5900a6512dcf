/**
 * Sources of a program's equations, for profiles: the function of learning code that an equation comes from, the size of
 * its operands, and the gradients it belongs to. Nothing is recorded before `recordSources` is called.
 *
 * The equations of values are recorded while their function runs, so the call stack names it. Those of gradients are
 * recorded later, when jax-js transposes the linear program of the values: it reads `params` of one equation after another,
 * and the source of that equation is the source of what is recorded for it. Equations are identified by the object `params`,
 * which jax-js passes on unchanged.
 */

import { Jaxpr, makeJaxpr, np, relaxed, type Tensor, untyped } from "./jax.js";

export interface Source {
  /** A file of src without its extension, and a function in it. */
  readonly site: string;
  /** Sizes of the largest operand without its first axis, largest first, such as `64×14×14`; empty for vectors and scalars. */
  readonly size: string;
  /** The files that took the gradients it belongs to, in the order in which they were taken; empty for values. */
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
/** The file of the gradient that is being taken, and the source of the equation that is being transposed for it. */
let gradient: string | undefined;
let transposed: Source | undefined;

/** The source of the equation with these parameters; undefined if it was not recorded. */
export const sourceOf = (params: object): Source | undefined => sources.get(params);

/** Run `take`, which takes a gradient. Its equations belong to the file of learning code that called for the gradient. */
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
 * Record sources in the whole process until the returned function is called. Tracing takes several times as long.
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
      return processPrimitive.call(
        this,
        primitive,
        tracers,
        recorded(primitive, params, currentSource(tracers)),
      );
    };
  }
  Jaxpr.prototype.simplify = function () {
    const outer = transposed;
    const simple = simplify.call(this);
    for (const equation of equationsOf(simple)) watch(equation);
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

/** Prototypes of the traces that record equations: of a program, and of the linear program that a gradient transposes. */
function tracings(): Tracing[] {
  const found: Tracing[] = [];
  const meet = (tracer: object) =>
    found.push(Object.getPrototypeOf((tracer as { _trace: Tracing })._trace) as Tracing);
  relaxed(() =>
    makeJaxpr((x: Tensor) => {
      meet(x);
      return untyped.grad((y: Tensor) => {
        // Cast: jax-js does not export its tracers.
        meet((y as unknown as { tangent: object }).tangent);
        return np.sum(y);
      })(x);
    })(np.ones([2])),
  );
  return found;
}

/** Equations of a program. Cast: jax-js does not export their class. */
const equationsOf = ({ eqns }: JaxProgram) => eqns as unknown as readonly JaxEquation[];

/** A copy of an equation's parameters with this source. If it calls a program, that program's equations have it, too. */
function recorded(primitive: string, params: object, source: Source): object {
  const copy: Record<string, unknown> = { ...params };
  if (primitive === "jit") {
    const { inBinders, outs } = copy.jaxpr as JaxProgram;
    const inside = equationsOf(copy.jaxpr as JaxProgram).map((equation) => {
      const { primitive: name, inputs, params: inner, outBinders } = equation;
      const Equation = equation.constructor as new (...fields: unknown[]) => JaxProgram["eqns"][number];
      return new Equation(name, inputs, recorded(name, inner, source), outBinders);
    });
    copy.jaxpr = new Jaxpr(inBinders, inside, outs);
  }
  sources.set(copy, source);
  return copy;
}

/** Note when an equation is transposed: its parameters are read then. */
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

/** The source of an equation that is recorded now. */
const currentSource = (tracers: readonly Tensor[]): Source =>
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

/** The calls of learning code on the stack, innermost first. */
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
