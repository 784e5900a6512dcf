/** Every method that a recipe or `--methods` may name, for people choosing: what `metamodal methods` prints. */

import { alignments } from "../alignment/index.js";
import { auxiliaries } from "../auxiliary/index.js";
import { continualMethods } from "../continual/index.js";
import { encoders } from "../encoder/index.js";
import { fusions } from "../fusion/index.js";
import { learners } from "../learner/index.js";

/** One method: its name, one line, and authors with year. */
export interface Method {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
}

const list = (table: Readonly<Record<string, Method>>): readonly Method[] =>
  Object.values(table).map(({ name, summary, source }) => ({ name, summary, source }));

/** The methods by what they are. */
export const methods = {
  learners: list(learners),
  fusions: list(fusions),
  alignments: list(alignments),
  auxiliaries: list(auxiliaries),
  encoders: list(encoders),
  continualMethods: list(continualMethods),
};
