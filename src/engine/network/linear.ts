/** Linear layers and products of matrices. */

import { reshape } from "../lower/movement.js";
import type { OnnxNode } from "../lower/onnx.js";
import { broadcastShapes, type Value } from "../lower/values.js";
import { activationAttributes } from "./activation.js";
import type { ImportContext } from "./context.js";

/** x · y. With a constant matrix y and a constant vector that is added to each row: a linear layer with what follows. */
export function linear(
  context: ImportContext,
  { inputs: [left, right], outputs: [output] }: OnnxNode,
): Value[] {
  const { e } = context;
  const [x, y] = [context.value(left), context.value(right)];
  const shape = [
    ...broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2)),
    x.shape.at(-2)!,
    y.shape.at(-1)!,
  ];
  const weight = context.constants.get(right);
  const added = context.readerOf(output);
  const bias = added?.type === "Add" && added.inputs.map((name) => context.constants.get(name)).find(Boolean);
  if (weight?.shape.length !== 2 || !bias || bias.shape.length !== 1)
    return [e.op("MatMul", [e.fullName(x), e.fullName(y)], { dtype: "float32", shape })];
  context.absorb(added);
  return context.withActivation(added.outputs[0], (activation) => {
    const [k, n] = weight.shape;
    const rows = reshape(e, x, [x.shape.slice(0, -1).reduce((a, b) => a * b, 1), k]);
    const names = [
      e.fullName(rows),
      ...[weight, bias].map(({ dtype, shape: of, data }) => e.graph.constant(dtype, of, data)),
    ];
    const spec = { dtype: "float32" as const, shape: [rows.shape[0], n] };
    return reshape(e, e.op("Linear", names, spec, activationAttributes(activation)), shape);
  });
}
