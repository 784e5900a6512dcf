/** Loads what meta-trained models need when the first is loaded, and training when it is asked for: the base model does without. */

import { checkThreads } from "../engine/run/check-threads.web.js";

export const loadModels = async () => {
  await checkThreads();
  return import("./model-handlers.js");
};

export const loadTraining = async () => {
  await checkThreads();
  return import("./train-handlers.js");
};
