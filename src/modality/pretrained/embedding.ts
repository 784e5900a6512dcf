/** The embedding of a value by an open model. */

import { InputError } from "../../base/errors.js";
import type { ForeignModel } from "../../engine/run/foreign.js";
import { pooled } from "./pool.js";
import type { AnyFrozen, Contents, FrozenInput } from "./types.js";

/** A frozen encoder with its open model. */
export interface OpenEncoder {
  readonly frozen: AnyFrozen;
  readonly method: FrozenInput;
  readonly model: Pick<ForeignModel, "run">;
  /** The model's folder, and where its ONNX file is, in errors. */
  readonly folder: string;
  readonly path: string;
}

/** @throws {InputError} `pretrained/run` if the model fails, or its output is no finite vector */
export async function embeddingOf(
  { frozen, method, model, folder, path }: OpenEncoder,
  contents: Contents,
): Promise<Float32Array> {
  const { output, pooling, input } = frozen;
  const { feeds, mask } = await method.feed(contents, input, folder);
  const bad = (problem: string, expected: string, remedy: string, cause?: unknown) =>
    new InputError(
      { code: "pretrained/run", where: `${path}, given ${contents.where}`, problem, expected, remedy },
      { cause },
    );
  const result = await model.run(feeds, output).catch((cause: Error) => {
    throw bad(
      `the model fails (${firstLine(cause)})`,
      "a model that accepts such a value",
      "Choose another model, or correct the options.",
      cause,
    );
  });
  const channelsLast = "layout" in input && input.layout === "channels last";
  const vector = pooled(result, pooling, mask, channelsLast);
  if (!vector)
    throw bad(
      `its output "${output}" has the shape [${result.shape}]`,
      "one vector, or vectors of tokens or positions: [1, d], [1, T, d] or [1, C, H, W]",
      "Name another `output`.",
    );
  if (!vector.every(Number.isFinite))
    throw bad(
      `its output "${output}" is not finite`,
      "finite numbers",
      "Choose another model, or correct `scale`.",
    );
  return vector;
}

/** The first line of an error of a runtime. */
export const firstLine = ({ message }: Error): string => message.split("\n")[0].slice(0, 200);
