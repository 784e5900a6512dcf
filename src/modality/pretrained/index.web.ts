/** Frozen pretrained encoders in a page, which has none: what needs one is refused. */

import { z } from "zod";
import type { Modality, Sample } from "../modality.js";
import type { EmbeddedFrozen } from "./index.js";
import { notInPage } from "./not-in-page.js";
import { commonOptions, type FrozenSpec } from "./types.js";

/** The options of frozen encoders of all kinds. */
export const frozenOptions = z.strictObject(commonOptions);

/** The name of a model, which a page does not look for. */
export const absoluteModel = (model: string): string => model;

/** Refuses: a page has no such encoder. */
export async function embedFrozen(
  _spec: FrozenSpec,
  _value: unknown,
  where: string,
): Promise<EmbeddedFrozen> {
  throw notInPage(where);
}

/** Refuses: a page has no such encoder. */
export async function findEncoder(_spec: FrozenSpec, where: string, _beside?: string): Promise<void> {
  throw notInPage(where);
}

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

/** The modality functions of a frozen spec. A stored one is read, and refused where its encoder is looked for. */
export const frozenModality: Pick<Modality<FrozenSpec>, "spec" | "encode" | "augment"> = {
  spec: z.custom<FrozenSpec>((value) => typeof value === "object" && value !== null && "frozen" in value),
  encode: async (_, __, where) => {
    throw notInPage(where);
  },
  augment: (_, { kind }) => {
    throw notInPage(kind);
  },
};
