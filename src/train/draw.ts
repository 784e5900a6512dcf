/**
 * Draws the episodes of steps, as the arrays that a step's programs take. Two steps' worth of arrays are used in turns,
 * so that one step can be drawn while another runs.
 */

import {
  type ArraySpec,
  allocateTree,
  leavesOf,
  mapTree,
  type NDArray,
  sizeOf,
  type Tree,
} from "../base/array.js";
import { random } from "../base/random.js";
import { collateEpisode, type EpisodeArrays, type EpisodeLayout, episodeSpec } from "../data/index.js";
import { mostOf, type Recipe, type Runtime } from "../model/index.js";
import { augment } from "./augment.js";
import type { TrainingData } from "./data.js";
import type { Plan } from "./plan.js";

/** The most classes and examples an episode has; of a batch, `batch` examples are its query. */
export function capacityOf(
  { way }: Pick<TrainingData, "way">,
  { episode }: Recipe,
  batch: number | undefined,
): EpisodeLayout["capacity"] {
  const most = mostOf(way);
  if (batch !== undefined) return { way: most, support: 0, query: batch };
  return { way: most, support: most * episode.shot, query: most * episode.query };
}

/** What a program takes, and the same as the arrays of each episode. */
interface Room {
  readonly whole: EpisodeArrays;
  readonly each: readonly EpisodeArrays[];
}

function roomFor(spec: Tree<ArraySpec>, { kind, chunk }: Plan): Room {
  const make = (tree: Tree<ArraySpec>) => allocateTree(tree) as unknown as EpisodeArrays;
  if (kind !== "vmap") {
    const whole = make(spec);
    return { whole, each: [whole] };
  }
  const whole = make(mapTree((leaf) => ({ ...leaf, shape: [chunk, ...leaf.shape] }), spec));
  const part = (i: number) =>
    mapTree(
      ({ dtype, shape: [, ...shape], data }: NDArray): NDArray => {
        const size = sizeOf(shape);
        return { dtype, shape, data: data.subarray(i * size, (i + 1) * size) };
      },
      whole as unknown as Tree<NDArray>,
    ) as unknown as EpisodeArrays;
  return { whole, each: Array.from({ length: chunk }, (_, i) => part(i)) };
}

/** Draws step `step`: the arguments of each of its programs. They are overwritten by the step after the next. */
export type Drawer = (step: number) => readonly EpisodeArrays[];

/** What steps are drawn from; `ways` are the classes [way] that count, all when absent. */
export type Drawable = Pick<TrainingData, "table" | "sampler" | "way"> & { readonly ways?: NDArray };

export function drawer(data: Drawable, runtime: Runtime, plan: Plan): Drawer {
  const { table, sampler } = data;
  const { recipe, modalities } = runtime;
  const { seed, train } = recipe;
  const layout = {
    support: modalities,
    query: modalities,
    capacity: capacityOf(data, recipe, runtime.learner.batch),
  };
  const augmented = recipe.augment === true ? modalities : recipe.augment || [];
  const programs = train.metaBatch / plan.chunk;
  const blank = allocateTree(episodeSpec(table, layout)) as unknown as EpisodeArrays;
  const spec = runtime.draw(blank, random(seed)) as unknown as Tree<ArraySpec>;
  const rooms = [0, 1].map(() => Array.from({ length: programs }, () => roomFor(spec, plan)));
  return (step) =>
    rooms[step % 2].map(({ whole, each }, program) => {
      for (const [i, into] of each.entries()) {
        const name = [step, program * plan.chunk + i];
        collateEpisode(table, sampler.draw(random(seed, "train", ...name)), layout, into);
        if (data.ways) into.ways.data.set(data.ways.data);
        for (const modality of augmented)
          augment(into, modality, runtime.specs[modality], random(seed, "augment", modality, ...name));
        copyInto(into, runtime.draw(into, random(seed, "relation", ...name)));
      }
      return whole;
    });
}

/** Copy the arrays of an episode that are not there yet. */
function copyInto(into: EpisodeArrays, from: EpisodeArrays): void {
  const targets = leavesOf(into as unknown as Tree<NDArray>);
  for (const [i, [, { data }]] of leavesOf(from as unknown as Tree<NDArray>).entries())
    if (data !== targets[i][1].data) targets[i][1].data.set(data);
}
