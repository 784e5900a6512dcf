/** Episodes, encoders and networks that are small enough for the interpreter of jax-js. */

import {
  type ArraySpec,
  type Arrays,
  allocate,
  float32,
  leavesOf,
  mapTree,
  type NDArray,
  sizeOf,
  type Tree,
} from "../../src/base/array.js";
import { type Random, random } from "../../src/base/random.js";
import type { Encoder } from "../../src/encoder/index.js";
import { type Engine, nn, np, type Tensor, type Tensors } from "../../src/engine/index.js";
import type { EpisodeArrays, ExampleBatch, LabelledBatch } from "../../src/episode/index.js";
import { learnerMethodOf } from "../../src/learner/index.js";
import type { ModalitySpec } from "../../src/modality/index.js";
import { ModelDefinition, parseRecipe, type RecipeInput, type Weights } from "../../src/model/index.js";
import { type BlockParams, block, initBlock, initStatistics } from "../../src/nn/block.js";
import { constant, heNormal } from "../../src/nn/init.js";
import { convolve, linear } from "../../src/nn/layers.js";
import { normalise, type Statistics } from "../../src/nn/normalise.js";
import { TrainingPrograms } from "../../src/train/programs.js";

/** An array of standard normal values. */
export const normals = (r: Random, shape: readonly number[], scale = 1): NDArray =>
  float32(
    Array.from({ length: sizeOf(shape) }, () => scale * r.normal()),
    shape,
  );

/** Apply `fn` to every leaf. */
export const mapArrays = <T>(fn: (leaf: NDArray, path: string) => NDArray, tree: T): T =>
  mapTree(fn as (leaf: ArraySpec, path: string) => NDArray, tree as Tree<ArraySpec>) as unknown as T;

/** The leaves of a tree of arrays, keyed by path. */
export const arraysOf = (tree: unknown): [string, NDArray][] =>
  leavesOf(tree as Tree<ArraySpec>) as [string, NDArray][];

/** Add normal noise to every leaf, so that no parameter is at its initial zero. */
export const shaken = <T>(tree: T, seed: number, scale = 0.3): T => {
  const r = random(seed, "shake");
  return mapArrays(
    ({ shape, data }) =>
      float32(
        Array.from(data, (x) => x + scale * r.normal()),
        shape,
      ),
    tree,
  );
};

/** A random unit vector with the structure of a tree. */
export const directionLike = <T>(tree: T, seed: number): T => {
  const r = random(seed, "direction");
  const drawn = mapArrays(({ shape }) => normals(r, shape), tree);
  const all = arraysOf(drawn).flatMap(([, { data }]) => Array.from(data));
  const norm = Math.sqrt(all.reduce((sum, x) => sum + x * x, 0));
  return mapArrays(
    ({ shape, data }) =>
      float32(
        Array.from(data, (x) => x / norm),
        shape,
      ),
    drawn,
  );
};

export interface EpisodeShape {
  /** Shape of one example per modality. */
  shapes: Readonly<Record<string, readonly number[]>>;
  way: number;
  /** Support examples per class, or one number for all classes. */
  shot: number | readonly number[];
  query: number;
}

/** An episode of noisy copies of random class centres, without missing modalities. */
export function drawEpisode(seed: number, { shapes, way, shot, query }: EpisodeShape): EpisodeArrays {
  const r = random(seed, "tiny-episode");
  const centres = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Array.from({ length: way }, () => normals(r, shape).data),
    ]),
  );
  const batch = (classes: readonly number[]): LabelledBatch => {
    const count = classes.length;
    const values = Object.entries(shapes).map(([name, shape]) => {
      const each = classes.flatMap((k) => Array.from(centres[name][k], (x) => x + 0.7 * r.normal()));
      return [name, float32(each, [count, ...shape])];
    });
    const labels = classes.flatMap((k) => Array.from({ length: way }, (_, j) => Number(j === k)));
    return {
      values: Object.fromEntries(values),
      present: Object.fromEntries(Object.keys(shapes).map((name) => [name, constant(1, [count])])),
      mask: constant(1, [count]),
      labels: float32(labels, [count, way]),
    };
  };
  const times = (counts: readonly number[]) => counts.flatMap((n, k) => Array<number>(n).fill(k));
  const each = (n: number) => Array<number>(way).fill(n);
  return {
    support: batch(times(typeof shot === "number" ? each(shot) : shot)),
    query: batch(r.shuffle(times(each(query)))),
    ways: constant(1, [way]),
  };
}

/** A regression episode: targets [N, 1] are a random linear function of all modalities, with noise. */
export function drawNumbers(
  seed: number,
  { shapes, shot, query }: { shapes: EpisodeShape["shapes"]; shot: number; query: number },
): EpisodeArrays {
  const r = random(seed, "tiny-numbers");
  const slopes = Object.entries(shapes).map(([name, shape]) => [name, normals(r, shape).data] as const);
  const batch = (count: number): LabelledBatch => {
    const labels = Array.from({ length: count }, () => 0.1 * r.normal());
    const values = slopes.map(([name, slope]) => {
      const drawn = normals(r, [count, ...shapes[name]]);
      for (const [at, x] of drawn.data.entries()) {
        const [row, k] = [Math.floor(at / slope.length), at % slope.length];
        labels[row] += (x * slope[k]) / Math.sqrt(slope.length);
      }
      return [name, drawn];
    });
    return {
      values: Object.fromEntries(values),
      present: Object.fromEntries(Object.keys(shapes).map((name) => [name, constant(1, [count])])),
      mask: constant(1, [count]),
      labels: float32(labels, [count, 1]),
    };
  };
  return { support: batch(shot), query: batch(query), ways: constant(1, [1]) };
}

/** Fill value of padding and missing modalities, which must not affect any result. */
const GARBAGE = 7.5;

/** Append `extra` rows of `fill`. */
function moreRows({ shape, data }: NDArray, extra: number, fill: number): NDArray {
  const [rows, ...rest] = shape;
  const tail = Array<number>(extra * sizeOf(rest)).fill(fill);
  return float32([...data, ...tail], [rows + extra, ...rest]);
}

/** Append `extra` padding rows of garbage, which only `mask` and `labels` mark as padding. */
export function padRows<B extends ExampleBatch>(batch: B, extra: number): B {
  const fill = (path: string) => (path.startsWith("values") ? GARBAGE : Number(path.startsWith("present")));
  return mapArrays((leaf, path) => moreRows(leaf, extra, fill(path)), batch);
}

/** Append `extra` padding classes. */
export function padWays({ support, query, ways }: EpisodeArrays, extra: number): EpisodeArrays {
  const wider = (batch: LabelledBatch): LabelledBatch => {
    const [rows, way] = batch.labels.shape;
    const labels = Array.from({ length: rows }, (_, i) => [
      ...batch.labels.data.slice(i * way, (i + 1) * way),
      ...Array<number>(extra).fill(0),
    ]);
    return { ...batch, labels: float32(labels.flat(), [rows, way + extra]) };
  };
  return { support: wider(support), query: wider(query), ways: moreRows(ways, extra, 0) };
}

/** Mark `modality` as missing in `rows`, with the values `fill`; default: garbage. */
export function without<B extends ExampleBatch>(
  batch: B,
  modality: string,
  rows: readonly number[] | "all",
  fill = GARBAGE,
): B {
  const lacks = (i: number) => rows === "all" || rows.includes(i);
  const change = (array: NDArray, to: number) => {
    const size = sizeOf(array.shape.slice(1));
    return float32(
      Array.from(array.data, (x, i) => (lacks(Math.floor(i / size)) ? to : x)),
      array.shape,
    );
  };
  return {
    ...batch,
    values: { ...batch.values, [modality]: change(batch.values[modality], fill) },
    present: { ...batch.present, [modality]: change(batch.present[modality], 0) },
  };
}

/** Remove the arrays of `modality`. */
export function withoutKey<B extends ExampleBatch>(batch: B, modality: string): B {
  const { [modality]: _, ...values } = batch.values;
  const { [modality]: __, ...present } = batch.present;
  return { ...batch, values, present };
}

/** Permute the rows of all arrays of a batch. */
export function pickRows<B extends ExampleBatch>(batch: B, rows: readonly number[]): B {
  return mapArrays(({ shape, data }) => {
    const size = sizeOf(shape.slice(1));
    return float32(
      rows.flatMap((row) => Array.from(data.slice(row * size, (row + 1) * size))),
      [rows.length, ...shape.slice(1)],
    );
  }, batch);
}

/** Permute the classes of an episode: the new class j is the old `order[j]`. */
export function permuteClasses(
  { support, query, ways }: EpisodeArrays,
  order: readonly number[],
): EpisodeArrays {
  const permute = (batch: LabelledBatch): LabelledBatch => {
    const [rows, way] = batch.labels.shape;
    const labels = Array.from({ length: rows }, (_, i) => order.map((k) => batch.labels.data[i * way + k]));
    return { ...batch, labels: float32(labels.flat(), batch.labels.shape) };
  };
  return { support: permute(support), query: permute(query), ways };
}

/** Three linear layers with ReLU: an encoder without batch statistics. */
export const mlp: Encoder = {
  init({ shape: [size] }: ModalitySpec, width, r) {
    return [size, width + 1, width + 2].map((from, i) => ({
      weight: heNormal(r, [from, i === 2 ? width : width + 1 + i], from),
      bias: normals(r, [i === 2 ? width : width + 1 + i], 0.1),
    })) as never;
  },
  initState: () => ({}),
  encode(params, x) {
    const [first, second, third] = params as unknown as { weight: Tensor; bias: Tensor }[];
    return {
      features: linear(nn.relu(linear(nn.relu(linear(x, first)), second)), third),
      statistics: {},
    };
  },
};

/**
 * Conv4 for images of 8 to 15 pixels: three standard blocks reduce them to one pixel, and the fourth block has no
 * pooling.
 */
export const smallConv4: Encoder = {
  init({ shape }: ModalitySpec, width, r) {
    return { blocks: [0, 1, 2, 3].map((i) => initBlock(r, { in: i ? width : shape[0], out: width }, 2)) };
  },
  initState: (_, width) => ({ blocks: [0, 1, 2, 3].map(() => initStatistics(width)) }) as Arrays,
  encode(params, x, given, source) {
    const { blocks } = params as unknown as { blocks: BlockParams[] };
    const old = (given as unknown as { blocks: Statistics[] }).blocks;
    const statistics: Statistics[] = [];
    const halved = blocks.slice(0, 3).reduce(
      (h, p, i) => {
        const out = block(h, p, old[i], source);
        statistics.push(out.statistics);
        return out.parts;
      },
      [x.transpose([0, 2, 3, 1])],
    );
    const last = normalise(
      halved.map((part) => convolve(part, blocks[3].weight)),
      blocks[3],
      old[3],
      source,
    );
    statistics.push(last.statistics);
    const features = np.reshape(nn.relu(last.parts[0]), [x.shape[0], -1]);
    return { features, statistics: { blocks: statistics } as unknown as Tensors };
  },
};

/** The modalities of a tiny model: the smallest inputs of the encoders. */
export const tinySpecs = {
  image: { kind: "image", shape: [1, 16, 16], mean: [0.5], std: [0.5] },
  strokes: { kind: "strokes", shape: [5, 16] },
} as const;
export const tinyShapes = Object.fromEntries(
  Object.entries(tinySpecs).map(([name, { shape }]) => [name, shape as readonly number[]]),
);

/** Options for few inner steps with a large effect; empty for a learner without inner steps. */
export const fewSteps = (learner: string) => {
  const few = { innerSteps: 2, innerLearningRate: 0.3, optimizer: "sgd", conjugateGradientSteps: 2 };
  return Object.fromEntries(
    Object.entries(few).filter(([name]) => name in learnerMethodOf(learner).options.shape),
  );
};

/** Number of classes of tiny models with a fixed way. */
const TINY_WAY = 3;

/** A programs of a tiny model; the recipe's fields override width 4, gated fusion, 3 classes and two inner steps. */
export function tinyPrograms(
  engine: Engine,
  recipe: RecipeInput,
  modalities = ["image", "strokes"],
): TrainingPrograms {
  const { learner: asked = "prototypical" } = recipe;
  const learner = (typeof asked === "string" ? { name: asked } : asked) as { name: string };
  const specs = Object.fromEntries(
    Object.entries(tinySpecs).filter(([name]) => modalities.includes(name)),
  ) as Readonly<Record<string, ModalitySpec>>;
  const complete = {
    width: 4,
    fusion: "gated" as const,
    ...recipe,
    modalities,
    encoders: Object.fromEntries(
      Object.entries({ image: "conv4", strokes: "sequence" }).filter(([name]) => name in specs),
    ),
    learner: { ...fewSteps(learner.name), ...learner } as never,
    episode: { ...(recipe.task === "regression" ? {} : { way: TINY_WAY }), ...recipe.episode },
  };
  return new TrainingPrograms(new ModelDefinition(parseRecipe(complete, "test"), specs), engine);
}

/** Parameters away from their initial values, and statistics other than 0 and 1. */
export function trainedWeights(programs: TrainingPrograms, seed: number, scale?: number): Weights {
  const { params, state } = programs.definition.init(seed);
  const moved = mapArrays(({ shape, data }, path) => {
    const r = random(seed, "state", path);
    const variance = path.endsWith("variance");
    return float32(
      Array.from(data, () => (variance ? 0.8 + 1.6 * r.uniform() : 0.3 * r.normal())),
      shape,
    );
  }, state);
  return { params: shaken(params, seed, scale), state: moved };
}

/** Stack the leaves of trees with equal structure along a new first axis. */
export function stackTrees<T extends Arrays>(trees: readonly T[]): T {
  const leaves = trees.map((tree) => leavesOf(tree as Tree<NDArray>));
  let next = 0;
  const stack = ({ dtype, shape, data }: NDArray): NDArray => {
    const stacked = allocate({ dtype, shape: [trees.length, ...shape] });
    for (const [i, own] of leaves.entries()) stacked.data.set(own[next][1].data, i * data.length);
    next++;
    return stacked;
  };
  return mapTree(stack, trees[0] as Tree<NDArray>) as unknown as T;
}
