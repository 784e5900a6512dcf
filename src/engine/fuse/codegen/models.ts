/** The ONNX models of a program's parts. Parts that differ only in their names share one model. */

import { encodeOnnx, type NamedSpec } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import type { ProgramMemory } from "../schedule/memory.js";
import type { Part } from "../schedule/parts.js";
import type { Call } from "./fused-program.js";

export class Models {
  /** By their bytes as text. */
  readonly #known = new Map<string, { index: number; bytes: Uint8Array }>();

  constructor(
    readonly tensors: TensorTable,
    readonly memory: ProgramMemory,
  ) {}

  /** The files of all models, in the order of their numbers. */
  get files(): Uint8Array[] {
    return [...this.#known.values()].map(({ bytes }) => bytes);
  }

  /** The call of a part's model. */
  callOf(part: Part): Call {
    const shortNames = new Map<string, string>([["", ""]]);
    const rename = (names: readonly string[], prefix: string) => {
      for (const name of names)
        if (!shortNames.has(name)) shortNames.set(name, `${prefix}${shortNames.size}`);
      return names.map((name) => shortNames.get(name)!);
    };
    // Parts read and write float32, int32 and booleans; int64 stays inside.
    const spec = (name: string) => ({ ...this.tensors.of(name), name: shortNames.get(name)! }) as NamedSpec;
    rename(part.inputs, "in");
    const nodes = part.nodes.map((node) => ({
      ...node,
      inputs: rename(node.inputs, "x"),
      outputs: rename(node.outputs, "x"),
    }));
    const initializers = [...shortNames].flatMap(([name, short]) => {
      const constant = this.tensors.constants.get(name);
      return constant ? [{ ...constant, name: short }] : [];
    });
    const bytes = encodeOnnx({
      nodes,
      initializers,
      inputs: part.inputs.map(spec),
      outputs: part.outputs.map(spec),
    });
    const located = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [shortNames.get(name)!, this.memory.located(name)]));
    return { model: this.#add(bytes), feeds: located(part.inputs), fetches: located(part.outputs) };
  }

  /** The number of a model. */
  #add(bytes: Uint8Array): number {
    const key = new TextDecoder("latin1").decode(bytes);
    const model = this.#known.get(key) ?? { index: this.#known.size, bytes };
    this.#known.set(key, model);
    return model.index;
  }
}
