/** A modality whose values are embedded by a frozen encoder: a page has none of them. */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import type { Modality } from "../modality.js";
import type { FrozenSpec } from "./types.js";

/** The modality functions of a frozen spec: each refuses it. */
export const frozenModality: Pick<Modality<FrozenSpec>, "spec" | "encode" | "augment"> = {
  spec: z.custom<FrozenSpec>(() => false, "a page runs no pretrained encoder of the user's"),
  encode: async (_, __, where) => {
    throw notInPage(where);
  },
  augment: (_, { kind }) => {
    throw notInPage(kind);
  },
};

const notInPage = (where: string) =>
  new InputError({
    code: "pretrained/not-in-page",
    where,
    problem: "its values are embedded by a pretrained encoder from outside the package",
    expected: "built-in encoders, or encoders that were trained with the model",
    remedy: "Use the model in Node.",
  });
