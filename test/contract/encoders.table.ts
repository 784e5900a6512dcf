/** Every encoder: vectors of the model's width, one per example, from parameters that all have a gradient. */

import { describe, expect, it } from "vitest";
import { type Arrays, float32, type NDArray } from "../../src/base/array.js";
import { random, undrawn } from "../../src/base/random.js";
import { defaultEncoder, encoderFor, encoderMethodOf, encoders } from "../../src/encoder/index.js";
import { gradient, np, type Tensor, type Tensors, vmap } from "../../src/engine/index.js";
import { type ModalityKind, type ModalitySpec, modalities } from "../../src/modality/index.js";
import { parseRecipe } from "../../src/model/index.js";
import { typesOf } from "../support/contract.js";
import { relativeError } from "../support/eager.js";
import { engine } from "../support/engine.js";
import { kinds } from "../support/kinds.js";
import { inLane, type Lane } from "../support/lane.js";
import { arraysOf, mapArrays } from "../support/tiny.js";

/** Small arrays [count, …shape] of a kind, as its own values become them, and how. */
async function arraysOfKind(
  kind: ModalityKind,
  count: number,
  seed: number,
): Promise<{ spec: ModalitySpec; x: NDArray }> {
  const { draw, options } = kinds[kind];
  const samples = Array.from({ length: count }, (_, i) => ({ value: draw(i, seed + i), where: `${i}` }));
  const spec = await modalities[kind].plan(samples, options, "test");
  const each = await Promise.all(
    samples.map(({ value, where }) => modalities[kind].encode(value, spec, where)),
  );
  return {
    spec,
    x: float32(
      each.flatMap((one) => [...one]),
      [count, ...spec.shape],
    ),
  };
}

/** Its own type is too deep for the compiler where trees are mapped. */
const mapped = vmap as (fn: (...args: Tensor[]) => Tensor, axes: number[]) => typeof fn;

/** Options that keep an encoder small or that it cannot be without. */
const few: Readonly<Record<string, object>> = { resnet: { channels: 8 }, pretrained: { model: "a.onnx" } };
/** Every encoder by itself, and the choices that change what it computes. */
const choices: readonly (readonly [name: string, chosen: object])[] = [
  ...Object.keys(encoders).map((name) => [name, few[name] ?? {}] as const),
  ["resnet", { channels: 8, normalise: "group" }],
  ["conv4", { channels: 4 }],
  ["linear", { hidden: 5 }],
  ["ngrams", { hidden: 0 }],
];
/** Those that are the default of a kind, and the choice of a convolution's width. */
const laneOfEncoder = ([name, chosen]: (typeof choices)[number]): Lane =>
  Object.keys(modalities).some((kind) => defaultEncoder(kind as never) === name) &&
  !Object.keys(chosen).some((option) => option !== "channels")
    ? "test"
    : "full";
const encoded = await Promise.all(
  inLane(choices, laneOfEncoder).map(async ([name, chosen]) => ({
    ...encoderMethodOf(name),
    chosen,
    ...(await arraysOfKind(encoderMethodOf(name).kind, 4, 1)),
    more: (await arraysOfKind(encoderMethodOf(name).kind, 4, 5)).x,
  })),
);

describe.each(encoded)("the encoder $name $chosen", ({
  name,
  options,
  chosen,
  spec,
  embeddings,
  x,
  more,
}) => {
  const [count, width] = [4, 6];
  const as = embeddings ? { ...spec, [embeddings === "builtin" ? "builtin" : "frozen"]: {} } : spec;
  const encoder = encoderFor({ name, ...options.parse(chosen) }, as, "test");
  const params = encoder.init(spec, width, random(1)) as Arrays;
  const state = encoder.initState(spec, width);
  const counts = float32(Array(count).fill(1), [count]);
  const ask = (use: "given" | "measured", p: Tensors, s: Tensors, of: Tensor, who: Tensor) =>
    encoder.encode(p, of, s, { use, mask: who }).features;
  const run = async (fn: (...args: never[]) => Tensors, args: Arrays[]) =>
    engine.compile(fn, args as never).run(args);

  it("gives vectors of the model's width, each example's by itself under given statistics", async () => {
    const given = (p: Tensors, s: Tensors, of: Tensor, who: Tensor) => ask("given", p, s, of, who);
    const all = (await run(given, [params, state, x, counts])) as NDArray;
    expect(all.shape).toEqual([count, width]);
    const size = x.data.length / count;
    const alone = float32(x.data.slice(2 * size, 3 * size), [1, ...spec.shape]);
    const one = (await run(given, [params, state, alone, float32([1], [1])])) as NDArray;
    expect(relativeError([...one.data], [...all.data.slice(2 * width, 3 * width)])).toBeLessThan(1e-5);
  });

  it("is the same mapped over a batch of parameters and examples", async () => {
    const measured = (p: Tensors, of: Tensor, s: Tensors, who: Tensor) => ask("measured", p, s, of, who);
    const other = encoder.init(spec, width, random(3)) as Arrays;
    const each = [params, other].map((p, i) => run(measured, [p, [x, more][i], state, counts]));
    const stacked = (trees: Arrays[]) => {
      const [first, second] = trees.map((tree) => arraysOf(tree).map(([, leaf]) => leaf));
      let i = 0;
      return mapArrays(({ shape }) => {
        const both = float32([...first[i].data, ...second[i].data], [2, ...shape]);
        i++;
        return both;
      }, trees[0]);
    };
    const args = [stacked([params, other]), stacked([x, more]), state, counts];
    const together = (p: Tensors, of: Tensor, s: Tensors, who: Tensor) =>
      mapped((q, y) => measured(q as Tensors, y, s, who), [0, 0])(p as Tensor, of);
    const all = (await run(together as never, args)) as NDArray;
    const expected = (await Promise.all(each)).flatMap((one) => [...(one as NDArray).data]);
    expect(relativeError([...all.data], expected)).toBeLessThan(1e-4);
  });

  it("draws its parameters from the stream, and lets every one of them move", async () => {
    expect(encoder.init(spec, width, random(1))).toEqual(params);
    expect(encoder.init(spec, width, random(2))).not.toEqual(params);
    expect(typesOf(encoder.init(spec, width, undrawn))).toEqual(typesOf(params));
    const slopes = (p: Tensors, s: Tensors, of: Tensor, who: Tensor) =>
      gradient((q: Tensors) => {
        const features = ask("measured", q, s, of, who);
        return np.sum(features.mul(features).mul(features));
      })(p);
    for (const [path, { data }] of arraysOf(await run(slopes, [params, state, x, counts])))
      expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(1e-6);
  });

  it("rejects options it does not have", () => {
    const parse = (more: object) => parseRecipe({ encoders: { x: { name, ...more } } } as never, "r.yaml");
    expect(() => parse({ ...chosen, nonsense: 1 })).toThrow(/field "encoders\.x.*nonsense"/);
    expect(() => parse(chosen)).not.toThrow();
  });
});
