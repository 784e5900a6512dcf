/** The tables of all methods that a recipe or `--methods` may name, as `metamodal methods` lists them. */

import { alignments } from "./alignment/index.js";
import { auxiliaries } from "./auxiliary/index.js";
import { continualMethods } from "./continual/index.js";
import { encoders } from "./encoder/index.js";
import { fusions } from "./fusion/index.js";
import { learners } from "./learner/index.js";

/** A method's name, its summary in one line, and its source: authors and year. */
export interface Method {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
}

const list = (table: Readonly<Record<string, Method>>): readonly Method[] =>
  Object.values(table).map(({ name, summary, source }) => ({ name, summary, source }));

/**
 * All methods, by kind.
 *
 * @example methods.learners.map(({ name }) => name); // ["prototypical", "maml", …]
 */
export const methods = {
  learners: list(learners),
  fusions: list(fusions),
  alignments: list(alignments),
  auxiliaries: list(auxiliaries),
  encoders: list(encoders),
  continualMethods: list(continualMethods),
};
