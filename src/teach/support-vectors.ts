/** The vectors of examples by expert, of which some depend on the support. */

import type { DeclaredModality } from "../data/index.js";
import { jointModalities, jointVectors } from "./joint.js";
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
    /** The modalities with a joint vector. */
    readonly joint: readonly string[],
  ) {}

  /** Estimate what the vectors depend on. @throws {InputError} for values that do not go together */
  static async of(
    support: readonly EmbeddedExample[],
    kinds: Readonly<Record<string, DeclaredModality>>,
  ): Promise<SupportVectors> {
    const values = await ValueSpaces.of(support, kinds);
    const standardiser = new Standardiser(support);
    const joint = jointModalities(support);
    const vectors = support.map((example, i) => ({
      ...withJoint(standardiser.vectors(example.vectors), joint),
      ...values.support[i],
    }));
    return new SupportVectors(vectors, values, standardiser, joint);
  }

  /** The vectors of an example. @throws {InputError} for a table or vector that does not fit the support's */
  async vectors(example: EmbeddedExample): Promise<Vectors> {
    const encoded = withJoint(this.standardiser.vectors(example.vectors), this.joint);
    return { ...encoded, ...(await this.values.vectors(example)) };
  }
}

const withJoint = (vectors: Vectors, joint: readonly string[]): Vectors =>
  joint.length > 0 ? { ...vectors, ...jointVectors(vectors, joint) } : vectors;
