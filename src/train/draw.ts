/**
 * Draws the episodes of training steps as the arrays that their programs take. The arrays of two steps are used in turns, so
 * that one step can be drawn while another runs. Drawing is interruptible: in between, the threads that run the other step
 * are given their next episode.
 */

import {
  type ArraySpec,
  allocateTree,
  leavesOf,
  mapArrays,
  mapTree,
  type NDArray,
  sizeOf,
  type Tree,
} from "../base/array.js";
import { random } from "../base/random.js";
import { nextTurn } from "../base/turn.js";
import {
  collateEpisode,
  type EpisodeArrays,
  type EpisodeLayout,
  episodeSpec,
  withLabelShots,
} from "../episode/index.js";
import { type ModelDefinition, mostOf, type Recipe, withholds } from "../model/index.js";
import { augment } from "./augment.js";
import type { TrainingData } from "./data.js";
import type { Plan } from "./plan.js";

/** The array capacities of an episode, or of a batch of `batch` examples, which are its query. */
export function capacityOf(
  { way }: Pick<TrainingData, "way">,
  { episode }: Recipe,
  batch: number | undefined,
): EpisodeLayout["capacity"] {
  const most = mostOf(way);
  if (batch !== undefined) return { way: most, support: 0, query: batch };
  const { shot, labelShots = 0, query } = episode;
  return { way: most, support: most * (shot + labelShots), query: most * query };
}

/** The arrays that a program takes, and the parts of them that belong to each episode. */
interface Room {
  readonly whole: EpisodeArrays;
  readonly each: readonly EpisodeArrays[];
}

function roomFor(spec: Tree<ArraySpec>, { kind, chunk }: Plan): Room {
  const make = (tree: Tree<ArraySpec>) => allocateTree(tree) as EpisodeArrays;
  if (kind !== "vmap") {
    const whole = make(spec);
    return { whole, each: [whole] };
  }
  const whole = make(mapTree((leaf) => ({ ...leaf, shape: [chunk, ...leaf.shape] }), spec));
  const part = (i: number) =>
    mapArrays(({ dtype, shape: [, ...shape], data }) => {
      const size = sizeOf(shape);
      return { dtype, shape, data: data.subarray(i * size, (i + 1) * size) };
    }, whole);
  return { whole, each: Array.from({ length: chunk }, (_, i) => part(i)) };
}

/** A drawing that can be interrupted at every `yield`; returns the episodes of each of the step's programs. */
export type Drawing = Generator<void, readonly EpisodeArrays[]>;

/** Starts to draw the episodes of step `step`. Their arrays are overwritten by the step after the next. */
export type Drawer = (step: number) => Drawing;

/** Draw without interruption. */
export function drawNow(drawing: Drawing): readonly EpisodeArrays[] {
  for (;;) {
    const { value, done } = drawing.next();
    if (done) return value;
  }
}

/** Milliseconds of drawing between interruptions. */
const TURN = 1;

/** Draw with interruptions, in which other work of this thread is done. */
export async function drawMeanwhile(drawing: Drawing): Promise<readonly EpisodeArrays[]> {
  for (let started = performance.now(); ; ) {
    const { value, done } = drawing.next();
    if (done) return value;
    if (performance.now() - started < TURN) continue;
    await nextTurn();
    started = performance.now();
  }
}

/** What episodes are drawn from; `ways` is a class mask [way], by default of all classes. */
export type Drawable = Pick<TrainingData, "table" | "sampler" | "way"> & { readonly ways?: NDArray };

export function drawer(data: Drawable, definition: ModelDefinition, plan: Plan): Drawer {
  const { table, sampler } = data;
  const { recipe, modalities, view } = definition;
  const { seed, train } = recipe;
  const layout = {
    ...view,
    withheldOf: definition.usesWithheld && withholds(view, modalities) ? modalities : undefined,
    capacity: capacityOf(data, recipe, definition.learner.batch),
  };
  const augmented = recipe.augment === true ? modalities : recipe.augment || [];
  const blank = allocateTree(episodeSpec(table, layout)) as EpisodeArrays;
  const spec = definition.drawAuxiliary(blank, random(seed));
  const rooms = [0, 1].map(() =>
    Array.from({ length: train.metaBatch / plan.chunk }, () => roomFor(spec, plan)),
  );
  return function* (step) {
    const programs = rooms[step % 2];
    for (const [program, { each }] of programs.entries())
      for (const [i, into] of each.entries()) {
        const name = [step, program * plan.chunk + i];
        const episode = sampler.draw(random(seed, "train", ...name));
        collateEpisode(table, withLabelShots(episode, view.labelShots), layout, into);
        if (data.ways) into.ways.data.set(data.ways.data);
        yield;
        for (const modality of augmented)
          yield* augment(
            into,
            modality,
            definition.specs[modality],
            random(seed, "augment", modality, ...name),
          );
        const shown = definition.drawAuxiliary(into, random(seed, "relation", ...name));
        if (shown !== into) copyInto(into, shown);
      }
    return programs.map(({ whole }) => whole);
  };
}

/** Copy the arrays of an episode that are not shared with `into`. */
function copyInto(into: EpisodeArrays, from: EpisodeArrays): void {
  const targets = leavesOf<NDArray>(into);
  for (const [i, [, { data }]] of leavesOf<NDArray>(from).entries())
    if (data !== targets[i][1].data) targets[i][1].data.set(data);
}
