/** The error of pretrained encoders in a page. */

import { InputError } from "../../base/errors.js";

/** An error `pretrained/not-in-page` about what `where` names. */
export const notInPage = (where: string) =>
  new InputError({
    code: "pretrained/not-in-page",
    where,
    problem: "a page has no pretrained encoders from outside the package",
    expected: "the built-in encoders, or encoders that were trained with the model",
    remedy: "Leave the encoder out, or use it in Node.",
  });
