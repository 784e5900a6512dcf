/** The vectors of examples by expert, of which some depend on the support. */

import type { DeclaredModality } from "../data/index.js";
import type { Vectors } from "./product.js";
import { Standardiser } from "./standardise.js";
import type { EmbeddedExample } from "./types.js";
import { ValueSpaces } from "./values.js";

/** How the vectors of examples are made from a support. */
export class SupportVectors {
  private constructor(
    /** The vectors of the support's examples. */
    readonly support: readonly Vectors[],
    readonly values: ValueSpaces,
    readonly standardiser: Standardiser,
  ) {}

  /** Estimate what the vectors depend on. @throws {InputError} for values that do not go together */
  static async of(
    support: readonly EmbeddedExample[],
    kinds: Readonly<Record<string, DeclaredModality>>,
  ): Promise<SupportVectors> {
    const values = await ValueSpaces.of(support, kinds);
    const standardiser = new Standardiser(support);
    const vectors = support.map((example, i) => ({
      ...standardiser.vectors(example.vectors),
      ...values.support[i],
    }));
    return new SupportVectors(vectors, values, standardiser);
  }

  /** The vectors of an example. @throws {InputError} for a table or vector that does not fit the support's */
  async vectors(example: EmbeddedExample): Promise<Vectors> {
    return { ...this.standardiser.vectors(example.vectors), ...(await this.values.vectors(example)) };
  }
}
