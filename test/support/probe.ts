/**
 * All properties of a primitive in one function: values, gradient and second-order gradient, each also under every kind
 * of vmap. The compiled function is compared with the same function run by jax-js.
 */

import { type Arrays, leavesOf, type NDArray, type Tree } from "../../src/base/array.js";
import { gradient, np, type Tensor, type Tensors, vmap } from "../../src/engine/index.js";
import type { Engine } from "../../src/engine/run/engine.js";
import { type Draw, stack } from "./draw.js";
import { eager, relativeError, valuesOf } from "./eager.js";

type Fn = (...xs: Tensor[]) => Tensor | Tensor[];

/** A function with random parameters and a generator of its arguments, whose shapes are the same for every call. */
export interface Drawn {
  make(): NDArray[];
  fn: Fn;
}

export interface Case {
  readonly name: string;
  draw(d: Draw): Drawn;
  /** Maximum order of differentiation with respect to float arguments; default: 2. */
  readonly order?: 0 | 1 | 2;
  /** Skip finite differences, since it is not differentiable at the arguments or has custom tangents. */
  readonly kinks?: true;
  /** Skip vmap, which jax-js does not support for it. */
  readonly noVmap?: true;
  /** Tolerance of values and gradients relative to the maximum magnitude; default: 1e-5. */
  readonly tolerance?: number;
}

const outputs = (out: Tensor | Tensor[]): Tensor[] => (Array.isArray(out) ? out : [out]);
const isFloat = (x: Tensor) => x.dtype.startsWith("float");

/** Distinct weights, so that all cotangents differ; positive, so that sums do not cancel. */
function weights(x: Tensor, phase: number): Tensor {
  const data = Float32Array.from({ length: x.size }, (_, i) => 1 + Math.cos(1.7 * i + phase) / 2);
  return np.array(data).reshape(x.shape);
}

/** Σ w · y over float results. */
const linear = (out: Tensor | Tensor[]): Tensor =>
  outputs(out)
    .filter(isFloat)
    .map((y, i) => np.sum(y.mul(weights(y, 0.4 + i))))
    .reduce((a, b) => a.add(b));

/** Σ w · y³, whose gradient depends on y even if the primitive is linear. */
const cubic = (out: Tensor | Tensor[]): Tensor =>
  linear(
    outputs(out)
      .filter(isFloat)
      .map((y) => y.mul(y).mul(y)),
  );

/** Gradient of loss(fn(…)) with respect to the float arguments. */
function gradients(fn: Fn, loss: (out: Tensor | Tensor[]) => Tensor, xs: Tensor[]): Tensor[] {
  const smooth = xs.flatMap((x, i) => (isFloat(x) ? [i] : []));
  const of = (by: Tensor[]) => loss(fn(...xs.map((x, i) => (isFloat(x) ? by[smooth.indexOf(i)] : x))));
  return gradient(of)(smooth.map((i) => xs[i]));
}

const squares = (out: Tensor | Tensor[]): Tensor =>
  outputs(out)
    .map((g) => np.sum(g.mul(g)))
    .reduce((a, b) => a.add(b));

/** Gradient of Σ |gradient|². */
const second = (fn: Fn, xs: Tensor[]): Tensor[] =>
  gradients((...ys) => gradients(fn, cubic, ys), squares, xs);

/** Error of `slope`, the gradient of `of`, against a central difference along `direction`, in float64. */
function difference(of: (xs: Tensor[]) => Tensor, slope: (xs: Tensor[]) => Tensor[], args: Arrays[]): number {
  const moved = (t: number) => (xs: Tensor[], vs: Tensor[]) =>
    of(xs.map((x, i) => (isFloat(x) ? x.add(vs[i].mul(t)) : x)));
  const run = (fn: (xs: Tensor[], vs: Tensor[]) => Tensors) => eager(fn as never, args, "float64");
  const h = 2 ** -16;
  const [[after]] = run(moved(h));
  const [[before]] = run(moved(-h));
  const terms = run((xs, vs) => {
    const smooth = vs.filter(isFloat);
    return slope(xs).map((g, i) => g.mul(smooth[i]));
  }).flat();
  const size = terms.reduce((sum, term) => sum + Math.abs(term), 1e-3);
  const slopes = terms.reduce((a, b) => a + b, 0);
  return Math.abs((after - before) / (2 * h) - slopes) / size;
}

/** All choices of `in_axes` for `count` arguments: a mapped axis, where −1 is the last one, or null. */
function mappings(count: number): (number | null)[][] {
  const all = (axis: number) => Array<number>(count).fill(axis);
  if (count === 1) return [all(0), all(-1)];
  const only = (one: number, axis: number) => all(0).map((_, i) => (i === one ? axis : null));
  return [all(0), all(-1), only(0, 0), only(count - 1, -1)];
}

/**
 * Compile and run all properties of a case. Returns the maximum error per property. With `doubt`, jax-js is also checked:
 * its vmap against single examples, and its gradients against central differences.
 */
export async function probe(
  engine: Engine,
  { order = 2, noVmap, kinks }: Case,
  d: Draw,
  drawn: Drawn,
  doubt: boolean,
) {
  const { fn, make } = drawn;
  const single = make();
  const examples = Array.from({ length: d.whole(1, 3) }, make);
  const ways = noVmap ? [] : mappings(single.length);
  const place = (axis: number, i: number) => (axis < 0 ? single[i].shape.length : axis);
  const batched = ways.map((axes) =>
    axes.map((axis, i) =>
      axis === null
        ? single[i]
        : stack(
            examples.map((example) => example[i]),
            place(axis, i),
          ),
    ),
  );
  const labels = ways.map((axes) => axes.map((axis, i) => (axis === null ? null : place(axis, i))).join());
  const ask = (xs: Tensor[], batches: Tensor[][]): Tensors => {
    const answers: Record<string, Tensor[]> = { values: outputs(fn(...xs)) };
    if (order > 0) answers.gradient = gradients(fn, linear, xs);
    if (order > 1) answers.second = second(fn, xs);
    for (const [k, axes] of ways.entries()) {
      const at = axes.map((axis, i) => (axis === null ? null : place(axis, i)));
      const mapped = vmap(fn as (...xs: Tensor[]) => Tensor, at) as Fn;
      answers[`values of vmap ${labels[k]}`] = outputs(mapped(...batches[k]));
      if (order === 0) continue;
      answers[`gradient of vmap ${labels[k]}`] = gradients(mapped, linear, batches[k]);
      const gradientOf = (...ys: Tensor[]) => gradients(fn, cubic, ys);
      const rows = vmap(gradientOf as unknown as (...xs: Tensor[]) => Tensor, at) as Fn;
      answers[`vmap ${labels[k]} of gradient`] = outputs(rows(...batches[k]));
      if (order > 1 && k === 0)
        answers["second order over vmap of gradient"] = gradients(rows, cubic, batches[k]);
    }
    if (ways.length > 2) {
      const inner = vmap(
        fn as (...xs: Tensor[]) => Tensor,
        single.map((_, i) => (i === 0 ? 0 : null)),
      );
      const outer = vmap(
        inner,
        single.map((_, i) => (i === 0 ? null : 0)),
      ) as Fn;
      const nested = batches[0];
      answers["nested vmap"] = outputs(outer(...nested));
      if (order > 0) answers["gradient of nested vmap"] = gradients(outer, linear, nested);
    }
    return answers;
  };
  const args: Arrays[] = [single, batched];
  const program = engine.compile(ask as unknown as (...args: never[]) => Tensors, args);
  const actual = await program.run(args);
  program.release();
  const expected = eager(ask as unknown as (...args: never[]) => Tensors, args, "float64");
  const names = leavesOf(actual as Tree<NDArray>).map(([path]) => path);
  const errors = valuesOf(actual).map((values, i) => ({
    question: names[i],
    error: relativeError(values, expected[i]),
  }));
  if (!doubt) return errors;
  for (const [k, axes] of ways.entries()) {
    const each = examples.map((_, at) =>
      eager(
        fn as never,
        single.map((x, i) => (axes[i] === null ? x : examples[at][i])),
        "float64",
      ),
    );
    const mapped = valuesOf(actual).filter((_, i) => names[i].startsWith(`values of vmap ${labels[k]}.`));
    for (const [i, values] of mapped.entries())
      errors.push({
        question: `one by one for vmap ${axes}`,
        error: relativeError(
          values,
          each.flatMap((one) => one[i]),
        ),
      });
  }
  if (order > 0 && !kinks) {
    const args = [single, single.map((x) => (x.dtype === "float32" ? d.normal(x.shape) : x))];
    const first = difference(
      (xs) => linear(fn(...xs)),
      (xs) => gradients(fn, linear, xs),
      args,
    );
    errors.push({ question: "difference of values", error: first });
    if (order > 1) {
      const twice = difference(
        (xs) => squares(gradients(fn, cubic, xs)),
        (xs) => second(fn, xs),
        args,
      );
      errors.push({ question: "difference of gradients", error: twice });
    }
  }
  return errors;
}
