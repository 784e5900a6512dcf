/** Loads what meta-trained models need when the first is loaded: the base model does without. */

export const loadModels = () => import("./model-handlers.js");
