/** Helpers to examine the inputs of a model, and the error for a model with unsupported inputs. */

import { InputError } from "../../base/errors.js";
import type { Port } from "../../engine/run/foreign.js";

/** A port in messages: `pixel_values float32 [batch, 3, 224, 224]`. */
const portText = ({ name, type, shape }: Port): string => `${name} ${type} [${shape.join(", ")}]`;

/** An `InputError` about the inputs of the model `file`. */
export const badInputs = (inputs: readonly Port[], file: string, expected: string) =>
  new InputError({
    code: "pretrained/other-inputs",
    where: file,
    problem: `its inputs are ${inputs.map(portText).join("; ") || "none"}`,
    expected,
    remedy: "Choose another model or, in a folder of several, another `file`.",
  });

/** The size of an axis; undefined if it is dynamic. */
export const sizeOfAxis = ({ shape }: Port, axis: number): number | undefined => {
  const size = shape[axis];
  return typeof size === "number" && size > 0 ? size : undefined;
};

/** Whether the batch axis accepts one example. */
export const takesOne = (port: Port): boolean => (sizeOfAxis(port, 0) ?? 1) === 1;
