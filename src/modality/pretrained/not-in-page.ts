/** The error of pretrained encoders in a page. */

import { InputError } from "../../base/errors.js";

/** An error `pretrained/not-in-page` about what `where` names. */
export const notInPage = (where: string) =>
  new InputError({
    code: "pretrained/not-in-page",
    where,
    problem: "a page does not run this pretrained encoder",
    expected:
      "built-in encoders, or a model from a URL with its encoder of images or sounds in pretrained/<modality>",
    remedy: "Leave the encoder out, or use it in Node.",
  });
