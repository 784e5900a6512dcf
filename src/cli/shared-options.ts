/** Options that several commands share, by group. What only one command takes stands in that command's file. */

import { DEFAULT_SEED, limits } from "../base/defaults.js";
import { choice, flag, list, repeatable, text, whole } from "./option.js";

/** How a data set's columns are read. */
export const columns = {
  label: list(
    "COLUMN",
    "column with the label; several with commas for one 0/1 column per class (default: label, or as in training)",
  ),
  text: list("COLUMN,…", "columns that are texts (default: columns of long strings)"),
  image: list(
    "COLUMN,…",
    "columns that name image, sound or text files (default: columns whose cells name files)",
  ),
  group: text("COLUMN", "column with the group (default: group, or as in training)"),
  classification: flag("labels are class names, even if they are numbers"),
  regression: flag("labels are regression targets, even if they are written as texts"),
};

/** `--split` of commands that read every split. */
export const splitColumn = {
  split: text("COLUMN", "column with the split (default: split, if there is one)"),
};

/** `--split` of commands that read data as a trained model does. */
export const splitColumnOfModel = {
  split: text("COLUMN", "column with the split (default: as in training)"),
};

/** `--split` of commands that evaluate on one split. */
export const evaluatedSplit = {
  split: text("NAME", "split whose classes to evaluate on: val or test (default: test)"),
  "split-column": text("COLUMN", "column with the split (default: split, or as in training)"),
};

/** Fields of a recipe that every command that trains can override. */
export const recipe = {
  modalities: list("NAME,…", "modalities to use, in this order (default: all of the data)"),
  seed: whole(0, `seed of all random numbers (default: ${DEFAULT_SEED})`, Number.MAX_SAFE_INTEGER),
  set: repeatable(
    text("PATH=VALUE", "set any other recipe field, the value as YAML: --set train.learningRate=0.002"),
  ),
};

/** Model and episodes of a recipe. */
export const method = {
  alignment: text("NAME", "alignment of the modalities' embeddings (default: none)"),
  auxiliary: text(
    "NAME",
    "auxiliary objective over modalities (default: unimodal with product-of-experts, else none)",
  ),
  "support-modalities": list("NAME,…", "modalities of support examples (default: all)"),
  "query-modalities": list("NAME,…", "modalities of query examples (default: all)"),
  "label-shots": whole(0, "support examples per class that consist of the class name as text (default: 0)"),
  across: choice(["group"], "group", "draw support and query from different groups"),
  mode: choice(
    ["inductive", "transductive"],
    "MODE",
    "inductive (default): predict each query by itself; transductive: use the statistics of all queries",
  ),
};

/** Where programs run. */
export const compute = {
  threads: whole(1, "worker threads (default: one per core); results do not depend on it", limits.threads),
  device: choice(["cpu", "webgpu"], "NAME", "device to compute on: cpu (default) or webgpu"),
  runtime: choice(
    ["onnxruntime", "wasm"],
    "NAME",
    "what computes: onnxruntime (default where it is installed), or wasm, which does without it",
  ),
};

/** `--json` of commands with one result. */
export const json = { json: flag("print one JSON object") };
