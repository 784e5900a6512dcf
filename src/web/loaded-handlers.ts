/** The handlers of what the worker loads when it is first asked for: meta-trained models, and training. */

import type { Served } from "./connection.js";
import { loadModels, loadTraining } from "./load-models.js";
import type { ModelHandlers, TrainHandlers } from "./protocol.js";

const models = async () => (await loadModels()).modelHandlers;
const training = async () => (await loadTraining()).trainHandlers;

const modelHandlers: Served<ModelHandlers> = {
  loadModel: async (...call) => (await models()).loadModel(...call),
  adapt: async (...call) => (await models()).adapt(...call),
  predictAdapted: async (...call) => (await models()).predictAdapted(...call),
  embed: async (...call) => (await models()).embed(...call),
  saveModel: async (...call) => (await models()).saveModel(...call),
  encodeModel: async (...call) => (await models()).encodeModel(...call),
  releaseModel: async (...call) => (await models()).releaseModel(...call),
};

const trainHandlers: Served<TrainHandlers> = {
  startTraining: async (...call) => (await training()).startTraining(...call),
  advanceTraining: async (...call) => (await training()).advanceTraining(...call),
  endTraining: async (...call) => (await training()).endTraining(...call),
};

export const loadedHandlers: Served<ModelHandlers & TrainHandlers> = { ...modelHandlers, ...trainHandlers };
