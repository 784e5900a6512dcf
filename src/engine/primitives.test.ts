/**
 * Every lowered primitive agrees with jax-js's own `cpu` backend (in float64, so that only our rounding counts):
 * alone, under grad, grad∘grad, vmap and their compositions, over random shapes. One row per primitive; a primitive
 * without a row fails. `order` is how often a case is differentiated; a comment gives the reason if it is not 2.
 */

import { expect, it } from "vitest";
import { elementwise } from "../../test/support/primitives/elementwise.js";
import { holdToJax } from "../../test/support/primitives/index.js";
import { indexing } from "../../test/support/primitives/indexing.js";
import { linear } from "../../test/support/primitives/linear.js";
import { shaping } from "../../test/support/primitives/shaping.js";
import { rules } from "./lower/index.js";

it("has a row for every primitive that is lowered, and no other", () => {
  const rows = [elementwise, shaping, linear, indexing].flatMap((part) => Object.keys(part));
  expect(rows.sort()).toEqual(Object.keys(rules).sort());
});

holdToJax(elementwise);
holdToJax(indexing);
