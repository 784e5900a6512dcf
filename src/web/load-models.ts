/** Loads what meta-trained models need when the first is loaded, and training when it is asked for: the base model does without. */

export const loadModels = () => import("./model-handlers.js");

export const loadTraining = () => import("./train-handlers.js");
