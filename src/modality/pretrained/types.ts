/** Frozen encoders: options, files, inputs and outputs. A spec is plain JSON and is stored in models. */

import { z } from "zod";
import type { Feed, Port } from "../../engine/run/foreign.js";
import type { ModalitySpec } from "../modality.js";

/** The kinds that frozen encoders take. */
export const frozenKinds = ["image", "text", "audio"] as const;
export type FrozenKind = (typeof frozenKinds)[number];

export const poolings = ["mean", "first"] as const;
const options = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe("the path of an ONNX file or of a folder with one, or a model id: owner/name"),
  file: z.string().optional().describe("the path of an ONNX file in that folder"),
  output: z.string().optional().describe("the name of an output of the model"),
  pooling: z.enum(poolings).default("mean").describe(poolings.join(" or ")),
});
/** The recipe options that frozen encoders of every kind share. */
export const commonOptions = options.shape;
export type CommonOptions = z.output<typeof options>;

/** A frozen encoder: with the files that it names, it determines the embedding of every value. */
interface Frozen<Input> {
  /** The absolute path of a file or folder, or a model id. */
  readonly model: string;
  /** The SHA-256 of each of its files, by path in the model's folder; the ONNX file is first. */
  readonly files: Readonly<Record<string, string>>;
  /** The output that is used; `pooling` reduces its token axis. */
  readonly output: string;
  readonly pooling: CommonOptions["pooling"];
  /** How values are preprocessed to inputs. */
  readonly input: Input;
}

/** A frozen encoder of any kind. */
export type AnyFrozen = Frozen<{ readonly kind: FrozenKind }>;

/** A modality whose values are embedded by a frozen encoder: x = (embedding − mean) / std. */
export interface FrozenSpec extends ModalitySpec {
  readonly kind: FrozenKind;
  readonly shape: readonly [length: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly frozen: AnyFrozen;
}

/** Whether the values of a modality are embedded by a frozen encoder. */
export const isFrozen = (spec: ModalitySpec): spec is FrozenSpec => "frozen" in spec;

/** The inputs of a run, and the padding mask of its tokens; if absent, none is padding. */
interface Fed {
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly mask?: ArrayLike<number>;
}

/** A value with its bytes. */
export interface Contents {
  /** The cache key of the embedding is a digest of these. */
  readonly bytes: Uint8Array;
  readonly value: unknown;
  readonly where: string;
}

/** Information about a model when its input is planned. */
export interface Surroundings {
  readonly inputs: readonly Port[];
  /** The model's folder, and the path of its ONNX file in it. */
  readonly folder: string;
  readonly onnx: string;
  /** Parses a JSON file of the model's folder; an empty object if there is none. */
  readonly json: (name: string) => Promise<Record<string, unknown>>;
  /** The ONNX file and the recipe field, as errors name them. */
  readonly file: string;
  readonly where: string;
}

/** Preprocessing of one kind of value for a model. */
export interface FrozenInput<Input extends { kind: FrozenKind } = { kind: FrozenKind }> {
  /** The recipe options of this kind, besides the common ones. */
  readonly options: z.ZodObject;
  /** Schema of a stored input. */
  readonly schema: z.ZodType<Input>;
  /** Names of ONNX files to look for in a folder or its folder `onnx`, in order of preference. */
  readonly models: readonly string[];
  /** Names of outputs, in order of preference. */
  readonly outputs: readonly string[];
  /** Other files that the preprocessing depends on. */
  readonly files: readonly string[];
  plan(surroundings: Surroundings, options: Record<string, unknown>): Promise<Input>;
  contents(value: unknown, where: string): Promise<Contents>;
  feed(contents: Contents, input: Input, folder: string): Promise<Fed>;
}
