/**
 * Every option of the command line, declared once. Parsing, help, documentation and the types of parsed values all
 * come from this table.
 */

/** The commands, by the words that call them. */
export type CommandName =
  | "train"
  | "evaluate"
  | "compare"
  | "transfer"
  | "adapt"
  | "predict"
  | "data inspect"
  | "data audit"
  | "data import omniglot"
  | "data import speech-commands"
  | "data import movielens"
  | "methods"
  | "doctor";

/** One option. A `list` is separated by commas; a repeatable one may be given several times. */
export interface OptionSpec {
  readonly type: "flag" | "text" | "list" | "choice" | "whole" | "number";
  /** What stands for the value in help. */
  readonly placeholder?: string;
  /** One line; one a command where they differ. */
  readonly help: string | Partial<Record<CommandName, string>>;
  readonly commands: readonly CommandName[];
  /** The commands that cannot do without it. */
  readonly requiredBy?: readonly CommandName[];
  readonly choices?: readonly string[];
  /** The least value of a whole number. */
  readonly least?: number;
  readonly repeatable?: true;
}

/** The commands that make a data folder. */
const importing = ["data import omniglot", "data import speech-commands", "data import movielens"] as const;

/** The commands that open labelled data. */
const opening: readonly CommandName[] = [
  "train",
  "evaluate",
  "compare",
  "transfer",
  "adapt",
  "predict",
  "data inspect",
  "data audit",
];

const running: readonly CommandName[] = ["train", "evaluate", "compare", "transfer", "adapt", "predict"];

export const options = {
  data: {
    type: "text",
    placeholder: "DATA",
    help: "data folder whose classes (groups, for regression) the model is evaluated on",
    commands: ["evaluate"],
    requiredBy: ["evaluate"],
  },
  support: {
    type: "text",
    placeholder: "DATA",
    help: "data folder with the labelled examples to learn from",
    commands: ["adapt"],
    requiredBy: ["adapt"],
  },
  input: {
    type: "text",
    placeholder: "DATA|FILE…",
    help: "data folder, archive, folder of loose files, or files: images, sounds, texts, a .json example, .jsonl or .csv examples; - reads standard input",
    commands: ["predict"],
    requiredBy: ["predict"],
    repeatable: true,
  },
  closed: {
    type: "flag",
    help: {
      train: "plain supervised learning: val and test hold other rows of the train classes",
      evaluate: "accuracy on held-out rows of the train classes, of a model of train --closed",
      "data inspect": "let a class be in several splits, as train --closed does",
    },
    commands: ["train", "evaluate", "data inspect"],
  },
  old: {
    type: "text",
    placeholder: "DATA",
    help: "data folder of the old classes, with --from (default: half of the train classes)",
    commands: ["transfer"],
  },
  methods: {
    type: "list",
    placeholder: "NAME,…",
    help: "continual methods that retain the old task, of those that metamodal methods lists (default: all)",
    commands: ["transfer"],
  },
  lambda: {
    type: "list",
    placeholder: "N,…",
    help: "the λ to try (default: 0,0.1,1,10,100)",
    commands: ["transfer"],
  },
  from: {
    type: "text",
    placeholder: "MODEL",
    help: "model whose encoders and fusion to start from; modalities it lacks begin anew (default: none)",
    commands: ["train", "transfer"],
  },
  modalities: {
    type: "list",
    placeholder: "NAME,…",
    help: "modalities to use, in this order (default: all that the data has)",
    commands: ["train", "compare", "transfer"],
  },
  "with-unimodal": {
    type: "flag",
    help: "also train a model on each modality alone, to compare with",
    commands: ["train"],
  },
  learner: {
    type: "text",
    placeholder: "NAME",
    help: "how the model adapts to a task (default: prototypical; for regression ridge)",
    commands: ["train"],
  },
  fusion: {
    type: "text",
    placeholder: "NAME",
    help: "fusion of the modalities (default: product-of-experts; gated for regression, label shots, an alignment, or support and query of different modalities)",
    commands: ["train"],
  },
  learners: {
    type: "list",
    placeholder: "NAME,…",
    help: "learners to compare (default: all that the labels allow)",
    commands: ["compare"],
  },
  fusions: {
    type: "list",
    placeholder: "NAME,…",
    help: "fusions to compare, each with every learner (default: the recipe's)",
    commands: ["compare"],
  },
  alignment: {
    type: "text",
    placeholder: "NAME",
    help: "alignment of the modalities' embeddings (default: none)",
    commands: ["train", "compare"],
  },
  auxiliary: {
    type: "text",
    placeholder: "NAME",
    help: "auxiliary objective over modalities (default: unimodal with product-of-experts, else none)",
    commands: ["train", "compare"],
  },
  way: {
    type: "whole",
    least: 2,
    placeholder: "N",
    help: {
      train: "classes an episode (default: 20, or as many as have enough examples); none for regression",
      compare: "classes an episode, in training and in the test (default: 5); none for regression",
      evaluate: "classes an episode (default: 5); none for regression",
    },
    commands: ["train", "evaluate", "compare"],
  },
  shot: {
    type: "whole",
    least: 1,
    placeholder: "N",
    help: {
      train: "support examples a class, or a group for regression (default: 1)",
      compare: "support examples a class (group), in training and in the test (default: 1)",
      evaluate: "support examples a class (default: 1), or a group for regression (default: the model's)",
    },
    commands: ["train", "evaluate", "compare"],
  },
  query: {
    type: "whole",
    least: 1,
    placeholder: "N",
    help: {
      train: "query examples a class (group) at most (default: 5)",
      compare: "query examples a class (group) of the test at most (default: 15)",
      evaluate: "query examples a class (group) at most (default: 15)",
    },
    commands: ["train", "evaluate", "compare"],
  },
  "support-modalities": {
    type: "list",
    placeholder: "NAME,…",
    help: {
      train: "modalities that supports show (default: all)",
      compare: "modalities that supports show (default: all)",
      evaluate: "modalities that supports show (default: as the model was trained)",
    },
    commands: ["train", "evaluate", "compare"],
  },
  "query-modalities": {
    type: "list",
    placeholder: "NAME,…",
    help: {
      train:
        "modalities that queries show (default: all): --support-modalities text --query-modalities image",
      compare: "modalities that queries show (default: all)",
      evaluate: "modalities that queries show (default: as the model was trained)",
    },
    commands: ["train", "evaluate", "compare"],
  },
  "label-shots": {
    type: "whole",
    least: 0,
    placeholder: "N",
    help: {
      train: "support examples a class that show the text of its label alone (default: 0)",
      compare: "support examples a class that show the text of its label alone (default: 0)",
      evaluate:
        "support examples a class that show the text of its label alone (default: as the model was trained)",
      adapt:
        "support examples a class that show the text of its label alone (default: as the model was trained)",
    },
    commands: ["train", "evaluate", "compare", "adapt"],
  },
  episodes: {
    type: "whole",
    least: 1,
    placeholder: "N",
    help: "episodes to score (default: 1000)",
    commands: ["evaluate", "compare"],
  },
  split: {
    type: "text",
    placeholder: "NAME",
    help: {
      evaluate:
        "which classes: val or test (default: test); train is refused, since the model has seen its classes",
      compare: "which classes: val or test (default: test)",
      train: "column that holds the split (default: split, if there is one)",
      transfer: "column that holds the split (default: split, if there is one)",
      adapt: "column that holds the split (default: as in training)",
      predict: "column that holds the split (default: as in training)",
      "data inspect": "column that holds the split (default: split, if there is one)",
      "data audit": "column that holds the split (default: split, if there is one)",
    },
    commands: opening,
  },
  "split-column": {
    type: "text",
    placeholder: "COLUMN",
    help: "column that holds the split (default: split, or as in training)",
    commands: ["evaluate", "compare"],
  },
  label: {
    type: "list",
    placeholder: "COLUMN",
    help: "column that holds the label; several with commas, if each is 1 for its class (default: label, or as in training)",
    commands: opening,
  },
  text: {
    type: "list",
    placeholder: "COLUMN,…",
    help: "columns that are texts (default: long strings)",
    commands: opening,
  },
  image: {
    type: "list",
    placeholder: "COLUMN,…",
    help: "columns that name files of images, sounds or texts (default: those whose cells name files)",
    commands: opening,
  },
  group: {
    type: "text",
    placeholder: "COLUMN",
    help: "column that holds the group (default: group, or as in training)",
    commands: opening,
  },
  classification: {
    type: "flag",
    help: "labels are names of classes, even if they are numbers",
    commands: opening,
  },
  regression: {
    type: "flag",
    help: "labels are numbers to predict, even if they are given as texts",
    commands: opening,
  },
  across: {
    type: "choice",
    choices: ["group"],
    placeholder: "group",
    help: "draw support and query from different groups",
    commands: ["train", "evaluate", "compare"],
  },
  mode: {
    type: "choice",
    choices: ["inductive", "transductive"],
    placeholder: "MODE",
    help: {
      train: "inductive (default): each query alone; transductive: by the queries' own statistics",
      compare: "inductive (default): each query alone; transductive: by the queries' own statistics",
      evaluate: "inductive: each query alone; transductive: by their own statistics (default: the model's)",
    },
    commands: ["train", "evaluate", "compare"],
  },
  attribute: {
    type: "flag",
    help: "also tell what each modality adds: its Shapley value, over all subsets of at most 6 modalities",
    commands: ["evaluate"],
  },
  steps: {
    type: "whole",
    least: 0,
    placeholder: "N",
    help: {
      train: "steps to train; repeatable to the byte; 0 for a model as training would begin",
      compare: "steps that each trains, instead of a budget",
      transfer: "steps of each training; repeatable to the byte",
    },
    commands: ["train", "compare", "transfer"],
  },
  minutes: {
    type: "number",
    placeholder: "N",
    help: "minutes to train instead of a number of steps (default: 5)",
    commands: ["train"],
  },
  budget: {
    type: "number",
    placeholder: "MINUTES",
    help: "minutes for all of it (default: 10): after what testing takes, every combination trains equally long",
    commands: ["compare"],
  },
  seed: {
    type: "whole",
    least: 0,
    placeholder: "N",
    help: "seed of everything random (default: 0)",
    commands: ["train", "evaluate", "compare", "transfer"],
  },
  set: {
    type: "text",
    placeholder: "PATH=VALUE",
    help: "set any other recipe field, the value as YAML: --set train.learningRate=0.002 (repeatable)",
    commands: ["train", "compare", "transfer"],
    repeatable: true,
  },
  threads: {
    type: "whole",
    least: 1,
    placeholder: "N",
    help: "worker threads (default: one a core); results do not depend on it",
    commands: running,
  },
  device: {
    type: "choice",
    choices: ["cpu", "webgpu"],
    placeholder: "NAME",
    help: "where to compute: cpu (default) or webgpu",
    commands: running,
  },
  out: {
    type: "text",
    placeholder: "DIR",
    help: {
      train: "model folder to write (default: the data's name with .model); the run is beside it in DIR.run",
      compare:
        "folder for rows, table and picture; the same command goes on with what is there (default: none)",
      adapt: "task folder to write",
      "data import omniglot": "data folder to write",
      "data import speech-commands": "data folder to write",
      "data import movielens": "data folder to write",
    },
    commands: ["train", "compare", "adapt", ...importing],
    requiredBy: ["adapt", ...importing],
  },
  picture: {
    type: "text",
    placeholder: "FILE",
    help: {
      "data inspect": "also draw a contact sheet, a few examples a class: a .png or .svg file",
      transfer: "also draw the curves, both tasks over λ: a .png or .svg file",
    },
    commands: ["data inspect", "transfer"],
  },
  strict: {
    type: "flag",
    help: "exit with status 1 when leakage is found",
    commands: ["data audit"],
  },
  resume: {
    type: "flag",
    help: "go on with the interrupted run in DIR.run",
    commands: ["train"],
  },
  json: {
    type: "flag",
    help: {
      train: "print one JSON object a line for every event",
      transfer: "print the curves as one JSON object",
      evaluate: "print the evaluation as one JSON object",
      compare: "print the comparison as one JSON object",
      adapt: "print one JSON object",
      predict: "print one JSON object a line for every input",
      "data inspect": "print one JSON object",
      "data audit": "print one JSON object, with every case",
      "data import omniglot": "print one JSON object",
      "data import speech-commands": "print one JSON object",
      "data import movielens": "print one JSON object",
      methods: "print one JSON object",
    },
    commands: [
      "train",
      "evaluate",
      "compare",
      "adapt",
      "predict",
      "data inspect",
      "data audit",
      ...importing,
      "methods",
      "doctor",
      "transfer",
    ],
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof options;

type Parsed<Option extends OptionSpec> = Option extends { repeatable: true } | { type: "list" }
  ? readonly string[]
  : Option extends { type: "flag" }
    ? true
    : Option extends { type: "whole" | "number" }
      ? number
      : Option extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string;

/** Parsed options by name. */
export type Values = { readonly [Name in OptionName]?: Parsed<(typeof options)[Name]> };

/** The options that a command takes, in the table's order. */
export function optionsOf(command: CommandName): [OptionName, OptionSpec][] {
  const all = Object.entries(options) as [OptionName, OptionSpec][];
  return all.filter(([, { commands }]) => commands.includes(command));
}

/** An option's line of help for a command. */
export const helpOf = ({ help }: OptionSpec, command: CommandName): string =>
  typeof help === "string" ? help : (help[command] ?? "");
