/** What a frozen encoder is made of: its files, what is fed to it, and what is read off it. Plain JSON, kept in models. */

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
    .describe("the path of an ONNX file or of a folder that has one, or a model id: owner/name"),
  file: z.string().optional().describe("the path of an ONNX file in that folder"),
  output: z.string().optional().describe("the name of an output of the model"),
  pooling: z.enum(poolings).default("mean").describe(poolings.join(" or ")),
});
/** What a recipe may say of a frozen encoder of any kind. */
export const commonOptions = options.shape;
export type CommonOptions = z.output<typeof options>;

/** An encoder that was chosen: all that decides an embedding is in here, and in the files that it names. */
interface Frozen<Input> {
  /** The absolute path of a file or folder, or a model id. */
  readonly model: string;
  /** The SHA-256 of each file it is made of, by its path in the model's folder; the ONNX file is the first. */
  readonly files: Readonly<Record<string, string>>;
  /** The output that is read, and how its axes become one. */
  readonly output: string;
  readonly pooling: CommonOptions["pooling"];
  /** How a value becomes what is fed. */
  readonly input: Input;
}

/** Of whatever kind. */
export type AnyFrozen = Frozen<{ readonly kind: FrozenKind }>;

/** A modality whose values become vectors by a frozen encoder: x = (embedding − mean) / std. */
export interface FrozenSpec extends ModalitySpec {
  readonly kind: FrozenKind;
  readonly shape: readonly [length: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly frozen: AnyFrozen;
}

/** What a run is given, and which places of a sequence are there: all, when absent. */
interface Fed {
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly mask?: ArrayLike<number>;
}

/** A value whose bytes are at hand. */
export interface Contents {
  /** What the cache knows it by. */
  readonly bytes: Uint8Array;
  readonly value: unknown;
  readonly where: string;
}

/** What is known of a model when its input is planned. */
export interface Surroundings {
  readonly inputs: readonly Port[];
  /** The model's folder, and the path of its ONNX file in it. */
  readonly folder: string;
  readonly onnx: string;
  /** A JSON file of the model's folder; an empty object where there is none. */
  readonly json: (name: string) => Promise<Record<string, unknown>>;
  /** Names the ONNX file in errors, and the recipe's field. */
  readonly file: string;
  readonly where: string;
}

/** How values of one kind are fed to a model. */
export interface FrozenInput<Input extends { kind: FrozenKind } = { kind: FrozenKind }> {
  /** The options that a recipe may give beside the common ones. */
  readonly options: z.ZodObject;
  /** What a stored input must be. */
  readonly schema: z.ZodType<Input>;
  /** Names of ONNX files, the likeliest first, in a folder or its folder `onnx`. */
  readonly models: readonly string[];
  /** Names of outputs, the best first. */
  readonly outputs: readonly string[];
  /** Other files that decide what is fed. */
  readonly files: readonly string[];
  plan(surroundings: Surroundings, options: Record<string, unknown>): Promise<Input>;
  contents(value: unknown, where: string): Promise<Contents>;
  feed(contents: Contents, input: Input, folder: string): Promise<Fed>;
}
