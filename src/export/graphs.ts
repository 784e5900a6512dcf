/** The graphs of an export: one encoder per modality, adapting, predicting, and both in one. */

import { type ArraySpec, type Arrays, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import {
  constantOutputs,
  joined,
  type NamedTrace,
  type PortableGraph,
  portableGraph,
  traceNamed,
} from "../engine/portable/index.js";
import { withConstants } from "../model/constants.js";
import { adaptTo, type TaskTensors } from "./adapt.js";
import { encodeModality } from "./encode.js";
import { type Exported, type Named, querySpecs, supportSpecs, type WeightTensors } from "./exported.js";
import { namesOf } from "./names.js";
import { predictBy } from "./predict.js";
import type { Preprocess } from "./preprocess-graph.js";
import { parametersOf, taskFrom } from "./task-parameters.js";

/** The name of the free axis of queries. */
export const QUERY_AXIS = "query_batch";
/** The name of the free axis of encoders' examples. */
const BATCH_AXIS = "batch";
/** The number of queries of graphs without a free axis. */
export const STATIC_QUERIES = 16;

/** A graph of an export. */
export interface ExportedGraph {
  readonly graph: PortableGraph;
  /** The fixed number of queries, or of encoders' examples; absent if it is free, and for graphs of a support alone. */
  readonly count?: number;
}

/** How graphs are built. */
export interface GraphOptions {
  /** The number of queries, and of encoders' examples, if the axis is not free. */
  readonly queries?: number;
}

type WithWeights = (weights: WeightTensors, more: readonly Tensors[]) => NamedTrace;

/** Call `build` with a model's weights, and other arrays, as tensors for a traced function to close over. */
const traceWith = ({ params, state }: Exported["weights"], more: readonly Arrays[], build: WithWeights) =>
  // Cast: the arrays become tensors in trees of the same structure.
  withConstants([params, state, ...more], (p, s, ...rest) =>
    build({ params: p, state: s } as WeightTensors, rest),
  );

/** The graph of a function of examples, whose number is free unless `queries` fixes it, or the operators depend on it. */
export async function examplesGraph(
  trace: (count: number) => NamedTrace,
  axis: string,
  { queries }: GraphOptions,
): Promise<ExportedGraph> {
  const count = queries ?? STATIC_QUERIES;
  const { graph, isFree } = await portableGraph({
    trace,
    ...(queries === undefined && { axis }),
    size: count,
  });
  return isFree ? { graph } : { graph, count };
}

/** The graph of one modality's encoder. */
export function encodeGraph(
  exported: Exported,
  modality: string,
  options: GraphOptions,
): Promise<ExportedGraph> {
  const { definition, weights } = exported;
  const { word, features } = namesOf(definition)[modality];
  const { shape } = definition.specs[modality];
  return examplesGraph(
    (count) =>
      traceWith(weights, [], (own) =>
        traceNamed((inputs) => ({ [features]: encodeModality(definition, own, modality, inputs[word]) }), {
          [word]: { dtype: "float32", shape: [count, ...shape] },
        }),
      ),
    BATCH_AXIS,
    options,
  );
}

/** The graph of one modality's preprocessing. */
export const preprocessGraph = (
  { inputsFor, apply }: Preprocess,
  word: string,
  options: GraphOptions,
): Promise<ExportedGraph> =>
  examplesGraph(
    (count) => traceNamed((inputs) => ({ [word]: apply(inputs) }), inputsFor(count)),
    BATCH_AXIS,
    options,
  );

/** The graph of adapting, and what predicting needs of its task parameters. */
export interface AdaptGraph extends ExportedGraph {
  /** The tree of the task's parameters. */
  readonly structure: Tree<ArraySpec>;
  /** Parameters that are the same for all supports, which predicting holds as constants, by name. */
  readonly fixed: Named<NDArray>;
}

/** The graph of adapting to a support: task parameters by name. */
export async function adaptGraph(exported: Exported): Promise<AdaptGraph> {
  let structure: Tree<ArraySpec> | undefined;
  const adapt = (weights: WeightTensors) => (inputs: Named<Tensor>) => {
    const task = adaptTo(exported, weights, inputs) as Tree<Tensor>;
    structure = mapTree(({ dtype, shape }) => ({ dtype: dtype as ArraySpec["dtype"], shape }), task);
    return parametersOf(task);
  };
  const { graph } = await portableGraph({
    trace: () =>
      traceWith(exported.weights, [], (weights) => traceNamed(adapt(weights), supportSpecs(exported))),
    size: exported.capacity.support,
  });
  const fixed = constantOutputs(graph);
  return { graph: withoutOutputs(graph, fixed), structure: structure!, fixed };
}

/** The graph without outputs that are constants. */
function withoutOutputs(graph: PortableGraph, names: Named<unknown>): PortableGraph {
  const isLeft = (name: string) => !Object.hasOwn(names, name);
  const nodes = graph.nodes.filter(({ outputs }) => outputs.some(isLeft));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    ...graph,
    nodes,
    initializers: graph.initializers.filter(({ name }) => read.has(name)),
    outputs: graph.outputs.filter(({ name }) => isLeft(name)),
  };
}

/** The graph of predicting queries by the parameters of a task, which are inputs except for `fixed`. */
export function predictGraph(
  exported: Exported,
  { structure, fixed }: Pick<AdaptGraph, "structure" | "fixed">,
  options: GraphOptions,
): Promise<ExportedGraph> {
  const given = Object.fromEntries(
    Object.entries(parametersOf(structure)).filter(([name]) => !Object.hasOwn(fixed, name)),
  );
  const predict = (weights: WeightTensors, constants: Tensors) => (inputs: Named<Tensor>) => {
    const parameters = { ...inputs, ...(constants as Named<Tensor>) };
    return predictBy(exported, weights, taskFrom(structure, parameters) as TaskTensors, inputs);
  };
  return examplesGraph(
    (count) =>
      traceWith(exported.weights, [fixed], (weights, [constants]) =>
        traceNamed(predict(weights, constants), { ...given, ...querySpecs(exported.definition, count) }),
      ),
    QUERY_AXIS,
    options,
  );
}

/** The graph of adapting to a support and predicting queries in one. */
export const teachGraph = (adapt: ExportedGraph, predict: ExportedGraph): ExportedGraph => ({
  ...predict,
  graph: joined(adapt.graph, predict.graph),
});
