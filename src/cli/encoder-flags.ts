/** `--encoder`: pretrained encoders in place of the built-in ones. */

import { InputError } from "../base/errors.js";
import { repeatable, text } from "./option.js";

/** `--encoder` of commands that use the base model. */
export const encoderOption = {
  encoder: repeatable(
    text(
      "NAME=MODEL",
      "pretrained encoder in place of the built-in ones of a modality or kind: image=owner/name, an ONNX file or a folder with one",
    ),
  ),
};

/**
 * The model by modality or kind.
 *
 * @throws {InputError} `cli/bad-encoder` for a value without a name or a model, or a name that is given twice
 */
export function encodersOf(given: readonly string[] = []): Record<string, string> {
  const encoders: Record<string, string> = {};
  for (const value of given) {
    const [, name, model] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
    const isRepeated = name !== undefined && Object.hasOwn(encoders, name);
    if (name === undefined || isRepeated)
      throw new InputError({
        code: "cli/bad-encoder",
        where: `--encoder ${value}`,
        problem: isRepeated ? `${name} has an encoder already` : "it is not of the form NAME=MODEL",
        expected: "one model per modality or kind",
        remedy: "Write for example --encoder image=Xenova/dinov2-small.",
      });
    encoders[name] = model;
  }
  return encoders;
}
