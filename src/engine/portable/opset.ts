/**
 * Rewrites a lowered graph, which is of opset 18, to opset 17. Of the operators that lowering emits, the maximum, minimum and
 * product along axes differ: their axes are an attribute, not an input.
 */

import { invariant } from "../../base/errors.js";
import { liveOf } from "../lower/graph.js";
import type { OnnxGraph, OnnxNode } from "../lower/onnx.js";

/** The operator set of exported files. */
export const PORTABLE_OPSET = 17;

const withAttribute = new Set(["ReduceMax", "ReduceMin", "ReduceProd"]);

/** Operators of ONNX Runtime's own domain have no counterpart. */
const contributed = new Set(["FusedMatMul"]);

export function toPortableOpset(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const rewrite = (node: OnnxNode): OnnxNode => {
    invariant(!contributed.has(node.type), `${node.type} is not of the default domain`);
    if (!withAttribute.has(node.type)) return node;
    const [x, axes] = node.inputs;
    const data = constants.get(axes)?.data;
    invariant(data, `the axes of ${node.outputs[0]} are not constant`);
    return {
      ...node,
      inputs: [x],
      attributes: { ...node.attributes, axes: Array.from(data as BigInt64Array, Number) },
    };
  };
  return liveOf({ ...graph, nodes: graph.nodes.map(rewrite) });
}
