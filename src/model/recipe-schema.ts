/** The schema of a recipe, and the types of what a user writes and of a complete recipe. Strict: no unknown keys. */

import { z } from "zod";
import { alignments } from "../alignment/index.js";
import { auxiliaries } from "../auxiliary/index.js";
import { DEFAULT_SEED, limits, trainingDefaults } from "../base/defaults.js";
import { taskKinds } from "../data/index.js";
import { encoders } from "../encoder/index.js";
import { fusions } from "../fusion/index.js";
import { learners } from "../learner/index.js";
import type {
  AlignmentChoice,
  AuxiliaryChoice,
  ChosenAlignment,
  ChosenAuxiliary,
  ChosenEncoder,
  ChosenLearner,
  EncoderChoices,
  FusionName,
  LearnerChoice,
} from "./recipe-choices.js";

const nameOf = <Table extends object>(table: Table) => z.enum(Object.keys(table) as (keyof Table & string)[]);
/** `name` or `{ name, … }`, kept as an object. */
const asObject = (value: unknown) => (typeof value === "string" ? { name: value } : value);
const named = <Name extends z.ZodType>(name: Name) => z.preprocess(asObject, z.looseObject({ name }));
const count = z.number().int().min(1).max(limits.count);
const way = count;
const modalityNames = z
  .array(z.string())
  .min(1)
  .refine((names) => new Set(names).size === names.length, { message: "each modality once" });

export const recipeSchema = z.strictObject({
  /** Path of the data set's folder. */
  data: z.string().optional(),
  /** Path of the model folder whose encoders and fusion training starts from. */
  from: z.string().optional(),
  /** Classification or regression; the labels of the data decide it. */
  task: z.enum(taskKinds).default("classification"),
  /** Supervised (closed-set) training: val and test hold other rows of the train classes. Default false. */
  closed: z.boolean().default(false),
  /** Modalities to use, in this order; by default all that the data has. */
  modalities: modalityNames.optional(),
  /**
   * Encoder per modality; by default the first encoder of the modality's kind. `default` for the built-in encoders of every
   * modality that has them; the data decide which, so that a recipe parsed before has none.
   */
  encoders: z
    .preprocess((value) => (value === "default" ? {} : value), z.record(z.string(), named(nameOf(encoders))))
    .default({}),
  /** Width of the embeddings, and of convolutions whose encoder sets no other. Default 64. */
  width: count.max(1024).default(64),
  /** Fusion; by default `product-of-experts` or `gated` (see docs/methods.md). */
  fusion: nameOf(fusions).optional(),
  /** Alignment loss and its weight λ; by default none. */
  alignment: z
    .preprocess(
      asObject,
      z.strictObject({ name: nameOf({ none: 0, ...alignments }), weight: z.number().min(0).default(0.1) }),
    )
    .default({ name: "none", weight: 0 }),
  /** Auxiliary objective; by default `unimodal` with a product of experts in classification, else `none`. */
  auxiliary: named(nameOf({ none: 0, ...auxiliaries })).optional(),
  /** Learner; by default `prototypical`, `supervised` if `closed`, `ridge` for regression. */
  learner: named(nameOf(learners)).optional(),
  /** Source of the normalisation statistics; by default the learner's own. */
  normalisation: z.enum(["running", "support"]).optional(),
  /** Augment training examples each time they are drawn: all modalities, or those named. Default false. */
  augment: z.union([z.boolean(), z.array(z.string())]).default(false),
  episode: z
    .strictObject({
      /** Classes per episode, or `[min, max]`. Default 20; 1 for regression, since an episode is a group. */
      way: z
        .union([way, z.tuple([way, way]).refine(([least, most]) => least <= most, { message: "[min, max]" })])
        .optional(),
      /** Support examples per class. Default 1. */
      shot: count.default(trainingDefaults.shot),
      /** Query examples per class. Default 5. */
      query: count.default(trainingDefaults.query),
      /** Modalities of support examples; by default all. */
      supportModalities: modalityNames.optional(),
      /** Modalities of query examples; by default all. */
      queryModalities: modalityNames.optional(),
      /** Support examples per class that contain only the text of the class's label. Default 0. */
      labelShots: z.number().int().min(0).max(limits.count).optional(),
      /** Draw support and query from different groups. Default null. */
      across: z.enum(["group"]).nullable().default(null),
      /** Inductive: each query alone. Transductive: statistics of all queries are used. Default `inductive`. */
      mode: z.enum(["inductive", "transductive"]).default("inductive"),
    })
    .prefault({}),
  train: z
    .strictObject({
      /** Meta-training steps; 0 gives the initial model. Without it, training runs for `minutes`. */
      steps: z.number().int().min(0).max(limits.steps).optional(),
      /** Training time in minutes if `steps` is absent. Default 5. */
      minutes: z.number().positive().max(limits.minutes).default(trainingDefaults.minutes),
      /** Episodes per step. Default 4. */
      metaBatch: count.default(4),
      /** Optimizer of the meta-parameters. Reptile's own is `sgd` with a learning rate near 1. Default `adam`. */
      optimizer: z.enum(["adam", "sgd"]).default("adam"),
      /** Initial learning rate, which decays along half a cosine. Default 0.001. */
      learningRate: z.number().positive().default(0.001),
      /**
       * Largest global norm of the meta-gradient: a longer one is scaled down to it (Pascanu, Mikolov, Bengio, 2013). By
       * default it is not clipped.
       */
      clipNorm: z.number().positive().optional(),
      /**
       * What a step whose loss, gradient or update is not finite does: `stop` ends training with an error, `skip` leaves
       * the step out; ten in a row end training as well. Default `stop`.
       */
      onNan: z.enum(["stop", "skip"]).default("stop"),
      /**
       * Steps between evaluations on the validation classes, each of which writes a checkpoint. Default 200 with `steps`;
       * with `minutes`, twenty evaluations over the budget, and training stops early when they no longer improve.
       */
      evalEvery: z.number().int().min(1).max(limits.steps).optional(),
      /** Episodes per validation. Default 200. */
      evalEpisodes: count.default(200),
    })
    .prefault({}),
  /** Seed of all randomness. Default 0. */
  seed: z.number().int().min(0).default(DEFAULT_SEED),
});

/** A recipe that has passed the schema; the methods' own options are not checked yet. */
export type CheckedRecipe = z.output<typeof recipeSchema>;

/** A recipe as a user writes it; every field has a default. */
export interface RecipeInput
  extends Omit<z.input<typeof recipeSchema>, "encoders" | "alignment" | "auxiliary" | "learner"> {
  /**
   * Encoder per modality; by default the first encoder of the modality's kind. `default` for the built-in encoders of every
   * modality that has them.
   */
  encoders?: "default" | EncoderChoices;
  /** Alignment loss and its weight λ; by default none. */
  alignment?: AlignmentChoice;
  /** Auxiliary objective; by default `unimodal` with a product of experts in classification, else `none`. */
  auxiliary?: AuxiliaryChoice;
  /** Learner; by default `prototypical`, `supervised` if `closed`, `ridge` for regression. */
  learner?: LearnerChoice;
}

/** Classes per episode: a number, or the bounds between which each episode's number is drawn. */
export type Way = number | [min: number, max: number];

/** The largest number of classes that an episode of this way has. */
export const mostOf = (way: Way): number => (typeof way === "number" ? way : way[1]);

/** A complete recipe: every field and every option of its methods. */
export interface Recipe
  extends Omit<
    z.output<typeof recipeSchema>,
    "encoders" | "fusion" | "alignment" | "auxiliary" | "learner" | "episode"
  > {
  encoders: Record<string, ChosenEncoder>;
  fusion: FusionName;
  alignment: ChosenAlignment;
  auxiliary: ChosenAuxiliary;
  learner: ChosenLearner;
  episode: Omit<z.output<typeof recipeSchema>["episode"], "way"> & { way: Way };
}
