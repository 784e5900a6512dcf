/** Weights of a model of one modality. */

import type { ModelDefinition, Weights } from "../../src/model/index.js";
import { trainedWeights } from "./tiny.js";

/**
 * Weights away from their initial values, except for the fusion's: with one modality all fusion weights are 1, so that training
 * leaves its parameters as they are.
 */
export function unimodalWeights(definition: ModelDefinition, seed: number): Weights {
  const { params, state } = trainedWeights({ definition } as never, seed);
  const { fusion } = definition.init(seed).params.network;
  return { params: { ...params, network: { ...params.network, fusion } }, state };
}
