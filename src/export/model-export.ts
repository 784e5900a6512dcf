/** The graphs of a model or a task, with golden arrays for all their inputs and outputs. */

import { float32, mapTree, type NDArray, type Tree } from "../base/array.js";
import { InputError } from "../base/errors.js";
import type { PortableGraph } from "../engine/portable/index.js";
import type { InferencePrograms, Task } from "../model/index.js";
import { expectedFeatures, expectedOf, predictedBy } from "./expected.js";
import type { Exported } from "./exported.js";
import { encoderInput, GOLDEN_EXAMPLES, goldenInputs, goldenQueries } from "./golden-inputs.js";
import {
  adaptGraph,
  type ExportedGraph,
  encodeGraph,
  predictGraph,
  preprocessGraph,
  teachGraph,
} from "./graphs.js";
import { namesOf } from "./names.js";
import { preprocessGolden, preprocessOf } from "./preprocess-graph.js";
import { parametersOf } from "./task-parameters.js";

type Engine = InferencePrograms["engine"];

/** Graphs by the name of their file without its ending, golden arrays by the names of inputs and outputs, and notes. */
export interface ExportParts {
  readonly graphs: Record<string, PortableGraph>;
  readonly golden: Record<string, NDArray>;
  readonly notes: readonly string[];
  /** The fixed number of queries; absent if it is free. */
  readonly queries?: number;
}

export interface PartsOptions {
  /** The fixed number of queries, and of encoders' examples; a free axis, when absent. */
  readonly queries?: number;
  readonly onGraph: (name: string) => Promise<void>;
}

/** The graphs of a model: encoders, `adapt`, `predict` and `teach`. */
export async function modelParts(
  exported: Exported,
  engine: Engine,
  options: PartsOptions,
): Promise<ExportParts> {
  checkMinibatches(exported);
  const encoders = await encoderParts(exported, engine, options);
  await options.onGraph("adapt");
  const adapt = await adaptGraph(exported);
  await options.onGraph("predict");
  const predict = await predictGraph(exported, adapt, options);
  await options.onGraph("teach");
  const teach = teachGraph(adapt, predict);
  const inputs = await goldenInputs(exported, predict.count);
  const { parameters, outputs } = await expectedOf(exported, engine, inputs);
  return {
    graphs: { ...encoders.graphs, adapt: adapt.graph, predict: predict.graph, teach: teach.graph },
    golden: { ...encoders.golden, ...inputs.support, ...inputs.query, ...parameters, ...outputs },
    notes: [...encoders.notes, ...axisNotes("predict", predict, options)],
    queries: predict.count,
  };
}

/** The graphs of a task: encoders, and `predict` with the task's parameters as constants. */
export async function taskParts(
  exported: Exported,
  { adapted, unit }: Task,
  engine: Engine,
  options: PartsOptions,
): Promise<ExportParts> {
  const encoders = await encoderParts(exported, engine, options);
  await options.onGraph("predict");
  const task = {
    kept: adapted,
    ...(exported.targets && { centre: float32([unit.centre], []) }),
  } as Tree<NDArray>;
  const structure = mapTree(({ dtype, shape }) => ({ dtype, shape }), task);
  const fixed = parametersOf<NDArray>(task);
  const predict = await predictGraph(exported, { structure, fixed }, options);
  const query = await goldenQueries(exported, predict.count);
  const way = exported.capacity.way;
  const outputs = await predictedBy(exported, engine, adapted, { query }, { way, unit });
  return {
    graphs: { ...encoders.graphs, predict: predict.graph },
    golden: { ...encoders.golden, ...query, ...outputs },
    notes: [...encoders.notes, ...axisNotes("predict", predict, options)],
    queries: predict.count,
  };
}

/** Preprocessing of values, and the encoders of a model that embeds each example by itself. */
async function encoderParts(exported: Exported, engine: Engine, options: PartsOptions): Promise<ExportParts> {
  const { definition } = exported;
  const { onGraph } = options;
  const graphs: Record<string, PortableGraph> = {};
  const golden: Record<string, NDArray> = {};
  const notes: string[] = [];
  const hasEncoders = definition.normalisation === "running";
  for (const [modality, { word, features }] of Object.entries(namesOf(definition))) {
    const spec = definition.specs[modality];
    const preprocess = preprocessOf(spec, word);
    const own: Record<string, ExportedGraph> = {};
    if (preprocess) {
      await onGraph(`preprocess.${word}`);
      own[`preprocess.${word}`] = await preprocessGraph(preprocess, word, options);
    } else notes.push(`no preprocess.${word}.onnx: preprocessing.json states the steps`);
    if (hasEncoders) {
      await onGraph(`encode.${word}`);
      own[`encode.${word}`] = await encodeGraph(exported, modality, options);
    }
    for (const [name, each] of Object.entries(own)) {
      graphs[name] = each.graph;
      notes.push(...axisNotes(name, each, options));
    }
    // Both take the same examples.
    const count = Object.values(own).find((each) => each.count !== undefined)?.count ?? GOLDEN_EXAMPLES;
    if (preprocess) Object.assign(golden, await preprocessGolden(spec, preprocess, word, count));
    if (!hasEncoders) continue;
    golden[word] ??= await encoderInput(spec, count);
    golden[features] = await expectedFeatures(exported, engine, modality, golden[word]);
  }
  if (!hasEncoders)
    notes.push(
      `no encode.*.onnx: the model normalises by ${definition.normalisation} statistics, so that its encoders are part of adapt and predict`,
    );
  return { graphs, golden, notes };
}

/** A note on a graph whose number of examples is fixed although the options leave it free. */
export const axisNotes = (
  name: string,
  { count }: ExportedGraph,
  { queries }: Pick<PartsOptions, "queries">,
): string[] =>
  count === undefined || queries !== undefined
    ? []
    : [`${name}.onnx takes exactly ${count} examples a run: its operators depend on their number`];

/** Throw an `InputError` for a learner that takes minibatches of its support: which they are depends on the padding. */
function checkMinibatches({ definition }: Exported): void {
  const { learner } = definition.recipe;
  if (!("innerBatchSize" in learner) || learner.innerBatchSize === undefined) return;
  throw new InputError({
    code: "export/minibatches",
    where: `learner ${learner.name}, option innerBatchSize`,
    problem: "the learner adapts on minibatches of the support, which depend on the number of its examples",
    expected: "a learner that adapts on the whole support",
    remedy: "Train without innerBatchSize, or export an adapted task.",
  });
}
