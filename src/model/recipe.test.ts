import { describe, expect, it } from "vitest";
import { InputError } from "../base/errors.js";
import { parseRecipe } from "./recipe.js";

const thrownBy = (recipe: unknown) => {
  try {
    parseRecipe(recipe, "r.yaml");
  } catch (error) {
    return error as InputError;
  }
  return undefined;
};

describe("parseRecipe", () => {
  it("fills in every default", () => {
    const recipe = parseRecipe({}, "r.yaml");
    expect(recipe).toMatchObject({
      task: "classification",
      width: 64,
      fusion: "product-of-experts",
      auxiliary: { name: "unimodal" },
      alignment: { name: "none" },
      learner: { name: "prototypical" },
      episode: { way: 20, shot: 1, query: 5, across: null, mode: "inductive" },
      train: { metaBatch: 4, optimizer: "adam", learningRate: 0.001 },
      seed: 0,
    });
    expect(parseRecipe(recipe, "r.yaml")).toEqual(recipe);
  });

  it.each<[why: string, recipe: Parameters<typeof parseRecipe>[0], fusion: string]>([
    [
      "both sides show the same",
      { episode: { supportModalities: ["a", "b"], queryModalities: ["b", "a"] } },
      "product-of-experts",
    ],
    ["queries show fewer", { episode: { queryModalities: ["a"] } }, "gated"],
    [
      "support and query share nothing",
      { episode: { supportModalities: ["b"], queryModalities: ["a"] } },
      "gated",
    ],
    ["names are examples", { episode: { labelShots: 1 } }, "gated"],
    ["modalities are aligned", { alignment: "infonce" }, "gated"],
    ["labels are numbers", { task: "regression" }, "gated"],
    ["it is stated", { fusion: "film" }, "film"],
  ])("combines modalities by default as fits: %s", (_, input, fusion) => {
    const recipe = parseRecipe(input, "r.yaml");
    expect(recipe.fusion).toBe(fusion);
    expect(recipe.auxiliary.name).toBe(fusion === "product-of-experts" ? "unimodal" : "none");
    expect(parseRecipe(recipe, "r.yaml")).toEqual(recipe);
  });

  it("takes a name for an object, and the learner's own options", () => {
    const recipe = parseRecipe({ learner: "maml", alignment: "mean" }, "r.yaml");
    expect(recipe.learner).toEqual({ name: "maml", innerSteps: 5, innerLearningRate: 0.1 });
    expect(recipe.alignment).toEqual({ name: "mean", weight: 0.1 });
    const { encoders } = parseRecipe(
      { encoders: { a: "mlp", b: { name: "mlp", hidden: [9, 8] } } },
      "r.yaml",
    );
    expect(encoders.a).toEqual({ name: "mlp", hidden: [256], rectify: false });
    expect(encoders.b).toEqual({ name: "mlp", hidden: [9, 8], rectify: false });
  });

  it.each<[field: string, recipe: unknown]>([
    ["nonsense", { nonsense: 1 }],
    ["episode.ways", { episode: { ways: 5 } }],
    ["episode.way", { episode: { way: "five" } }],
    ["episode.shot", { episode: { shot: 0 } }],
    ["fusion", { fusion: "none" }],
    ["learner.name", { learner: { name: "nobody" } }],
    ["learner.*innerSteps", { learner: { name: "maml", innerSteps: 0.5 } }],
    ["learner.*rate", { learner: { name: "maml", rate: 1 } }],
    ["learner.*innerSteps", { learner: { name: "prototypical", innerSteps: 1 } }],
    ["encoders.image.name", { encoders: { image: "nobody" } }],
    ["encoders.v.*hidden", { encoders: { v: { name: "mlp", hidden: 3 } } }],
    ["encoders.image.*hidden", { encoders: { image: { name: "conv4", hidden: [3] } } }],
    ["alignment.weight", { alignment: { name: "mean", weight: -1 } }],
    ["alignment.wait", { alignment: { name: "mean", wait: 1 } }],
    ["normalisation", { normalisation: "batch" }],
    ["normalisation", { learner: "maml", normalisation: "running" }],
    ["train.learningRate", { train: { learningRate: 0 } }],
    ["train.step", { train: { step: 5 } }],
    ["modalities", { modalities: [] }],
    ["seed", { seed: -1 }],
  ])("names the field %s", (field, recipe) => {
    const error = thrownBy(recipe);
    expect(error).toBeInstanceOf(InputError);
    expect(error!.message).toMatch(
      new RegExp(`^r.yaml, field "${field}":|^r.yaml, field.*"${field.split("*").at(-1)}":`),
    );
    expect(error!.code).toMatch(/^recipe\//);
  });

  it.each<[meant: string, recipe: unknown]>([
    ["prototypical", { learner: "protoypical" }],
    ["meta-sgd", { learner: { name: "meta-sdg" } }],
    ["product-of-experts", { fusion: "product-of-expert" }],
    ["procrustes", { alignment: { name: "procustes" } }],
    ["distillation", { auxiliary: "distilation" }],
    ["conv4", { encoders: { image: "conv" } }],
    ["innerSteps", { learner: { name: "maml", inerSteps: 3 } }],
    ["fusion", { fusoin: "gated" }],
  ])("asks whether %s was meant", (meant, recipe) => {
    expect(thrownBy(recipe)?.message).toContain(`Did you mean ${meant}? Correct the field`);
  });

  it.each([
    ["learner", { learner: "prototypical" }, /prototypical does not support regression.*; expected maml or/],
    ["fusion", { fusion: "am3" }, /am3 does not support regression.*; expected .*gated/],
    ["auxiliary", { auxiliary: "balance" }, /balance does not support regression.*; expected none or cross/],
  ] as const)("refuses a %s that does not support regression", (field, recipe, says) => {
    const error = thrownBy({ task: "regression", ...recipe });
    expect(error?.message).toMatch(new RegExp(`^r.yaml, field "${field}"`));
    expect(error?.message).toMatch(says);
    expect(error?.code).toBe(`recipe/${field}-task`);
  });

  it("refuses options with which nothing is learned", () => {
    const learner = { name: "reptile", innerSteps: 1 };
    expect(thrownBy({ learner })?.message).toMatch(
      /^r.yaml, field "learner.innerSteps": the value is 1, with which reptile learns nothing; expected a number >=2/,
    );
    expect(thrownBy({ learner, task: "regression" })).toBeUndefined();
  });

  it.each([
    ["relation", { relation: "cross" }, "auxiliary"],
    ["train.rate", { train: { rate: 0.01 } }, "learningRate"],
  ])("names the key that %s is called now", (field, recipe, renamed) => {
    const error = thrownBy(recipe);
    expect(error?.message).toContain(`r.yaml, field "${field}": it is now called ${renamed}; expected`);
    expect(error?.message).toContain(`Write ${renamed}.`);
    expect(error?.code).toBe("recipe/unknown-key");
  });

  it("suggests nothing where no name is near", () => {
    expect(thrownBy({ learner: "nobody" })?.message).not.toContain("Did you mean");
  });

  it("refuses what is not an object", () => {
    for (const recipe of [null, 3, [], "text"]) expect(thrownBy(recipe)).toBeInstanceOf(InputError);
  });
});
