/**
 * Frozen pretrained encoders in a page: those of a model that is loaded from a server with its encoders beside it. Others
 * are refused.
 */

import { z } from "zod";
import type { Modality, Sample } from "../modality.js";
import { augment } from "./augment.js";
import type { EmbeddedFrozen } from "./index.js";
import { notInPage } from "./not-in-page.js";
import { commonOptions, type FrozenSpec } from "./types.js";

/** The options of frozen encoders of all kinds. */
export const frozenOptions = z.strictObject(commonOptions);

/** The name of a model, which a page does not look for. */
export const absoluteModel = (model: string): string => model;

/** Loaded when a model has such an encoder: others do without. */
const loaded = () => import("./page-encoders.web.js");

/** The digest of a value and its embedding. @throws {InputError} `pretrained/not-in-page` if the encoder is not open */
export const embedFrozen = async (spec: FrozenSpec, value: unknown, where: string): Promise<EmbeddedFrozen> =>
  (await loaded()).embedIn(spec, value, where);

/** Open the encoder of a stored spec, whose files are beside the model. @throws {InputError} as `openBeside` does */
export const findEncoder = async (spec: FrozenSpec, where: string, beside?: string): Promise<void> =>
  (await loaded()).openBeside(spec, where, beside);

/** Refuses: a page has no such encoder. */
export async function planFrozen(
  _kind: string,
  _samples: readonly Sample[],
  _given: object,
  where: string,
): Promise<FrozenSpec> {
  throw notInPage(where);
}

/** Refuses: a page has no such encoder. */
export function standardised(spec: FrozenSpec, _embeddings: Float32Array): FrozenSpec {
  throw notInPage(spec.kind);
}

/** The modality functions of a frozen spec. A stored one is read, and checked where its encoder is looked for. */
export const frozenModality: Pick<Modality<FrozenSpec>, "spec" | "encode" | "augment"> = {
  spec: z.custom<FrozenSpec>((value) => typeof value === "object" && value !== null && "frozen" in value),
  encode: async (value, spec, where) => {
    const { mean, std } = spec;
    const embedded = await embedFrozen(spec, value, where);
    return Float32Array.from(embedded.vector, (x, k) => (x - mean[k]) / std[k]);
  },
  augment,
};
