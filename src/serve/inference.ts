/**
 * The Open Inference Protocol (KServe v2) for tasks: an input tensor per modality, whose first axis is the examples, and output
 * tensors. Texts and files are BYTES, files in base64; vectors are FP32 or FP64 of shape [examples, length].
 */

import { z } from "zod";
import { isModalityName } from "../data/names.js";
import type { Prediction } from "../model/task.js";
import { parseBody } from "./body.js";
import { Refusal } from "./refusal.js";
import type { Route } from "./route.js";
import type { Query, TaskView, Value } from "./schemas.js";

const tensor = z.object({
  name: z.string().refine(isModalityName, { error: "a modality of the task" }),
  shape: z.array(z.int().min(1)).min(1).max(2),
  datatype: z.enum(["BYTES", "FP32", "FP64"]),
  data: z.union([z.array(z.string()), z.array(z.number()), z.array(z.array(z.number()))]),
});
const requestSchema = z
  .object({ id: z.string().max(200).optional(), inputs: z.array(tensor).min(1) })
  .meta({ id: "InferenceRequest" });
const outputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  datatype: z.enum(["BYTES", "FP64", "BOOL"]),
  data: z.array(z.union([z.string(), z.number(), z.boolean()])),
});
const replySchema = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(outputSchema),
  })
  .meta({ id: "InferenceReply" });
const port = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });
const modelSchema = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(port),
    outputs: z.array(port),
  })
  .meta({ id: "ModelMetadata" });

type Tensor = z.output<typeof tensor>;
type Output = z.output<typeof outputSchema>;

export const inferenceRoutes: readonly Route[] = [
  {
    ...{ method: "get", path: "/v2/health/ready", id: "ready" },
    ...{ summary: "Whether the server takes requests", reply: z.object({ ready: z.boolean() }) },
    run: async () => ({ status: 200, body: { ready: true } }),
  },
  {
    ...{ method: "get", path: "/v2/models/{id}", id: "model", reply: modelSchema, fails: [404] },
    summary: "The inputs and outputs of a task (Open Inference Protocol)",
    run: async ({ tasks, params }) => ({ status: 200, body: metadataOf(tasks.view(params.id)) }),
  },
  {
    ...{ method: "post", path: "/v2/models/{id}/infer", id: "infer", body: requestSchema },
    ...{ summary: "Predict examples (Open Inference Protocol)", reply: replySchema, fails: [404, 409] },
    run: async ({ tasks, params, bytes, contentType, signal }) => {
      const { id, inputs } = await parseBody(requestSchema, bytes, contentType);
      const view = tasks.view(params.id);
      const predictions = await tasks.predict(params.id, queriesOf(inputs, view), signal);
      return {
        status: 200,
        body: {
          model_name: view.id,
          model_version: String(view.version),
          ...(id !== undefined && { id }),
          outputs: outputsOf(view, predictions),
        },
      };
    },
  },
];

const isVector = (kind: string) => kind === "vector";
const isText = (kind: string) => kind === "text";
const takesBytes = (kind: string) => isText(kind) || kind === "image" || kind === "audio";

const metadataOf = ({ id, version, task, classes, modalities }: TaskView) => ({
  name: id,
  versions: [String(version)],
  platform: "metamodal",
  inputs: modalities
    .filter(({ kind }) => takesBytes(kind) || isVector(kind))
    .map(({ name, kind }) => ({
      name,
      datatype: isVector(kind) ? "FP64" : "BYTES",
      shape: isVector(kind) ? [-1, -1] : [-1],
    })),
  outputs:
    task === "regression"
      ? [{ name: "value", datatype: "FP64", shape: [-1] }]
      : [
          { name: "label", datatype: "BYTES", shape: [-1] },
          { name: "probabilities", datatype: "FP64", shape: [-1, classes.length] },
          { name: "unknown", datatype: "BOOL", shape: [-1] },
        ],
});

function queriesOf(inputs: readonly Tensor[], { modalities }: TaskView): Query[] {
  const [{ shape }] = inputs;
  const queries = new Map<number, [string, Value][]>();
  const names = new Set<string>();
  for (const input of inputs) {
    const kind = modalities.find(({ name }) => name === input.name)?.kind;
    if (kind === undefined) throw badTensor(input, "the task has no such modality", names);
    if (names.has(input.name)) throw badTensor(input, "it is there twice", names);
    names.add(input.name);
    if (input.shape[0] !== shape[0]) throw badTensor(input, "its first axis is another than before", names);
    const values = isVector(kind) ? rowsOf(input, names) : bytesOf(input, kind, names);
    for (const [i, value] of values.entries())
      queries.set(i, [...(queries.get(i) ?? []), [input.name, value]]);
  }
  return [...queries.values()].map((entries) => Object.fromEntries(entries));
}

function rowsOf(input: Tensor, names: ReadonlySet<string>): number[][] {
  const { shape, datatype, data } = input;
  const [count, length = 1] = shape;
  const numbers = data.flat().filter((value) => typeof value === "number");
  if (datatype === "BYTES" || numbers.length !== data.flat().length || numbers.length !== count * length)
    throw badTensor(input, "its data are not the numbers of its shape", names);
  return Array.from({ length: count }, (_, i) => numbers.slice(i * length, (i + 1) * length));
}

function bytesOf(input: Tensor, kind: string, names: ReadonlySet<string>): Value[] {
  const { shape, datatype, data } = input;
  const texts = data.filter((value) => typeof value === "string");
  if (!takesBytes(kind)) throw badTensor(input, `its kind is ${kind}; use /v1`, names);
  if (datatype !== "BYTES" || shape.length !== 1 || texts.length !== data.length || texts.length !== shape[0])
    throw badTensor(input, "its data are not BYTES of its shape", names);
  return isText(kind) ? texts : texts.map((base64) => ({ base64 }));
}

function outputsOf({ task, classes }: TaskView, predictions: readonly Prediction[]): Output[] {
  const shape = [predictions.length];
  if (task === "regression")
    return [{ name: "value", datatype: "FP64", shape, data: predictions.map(({ value }) => value ?? 0) }];
  const probabilities = predictions.flatMap((each) =>
    classes.map(({ name }) => each.probabilities?.[name] ?? 0),
  );
  return [
    { name: "label", datatype: "BYTES", shape, data: predictions.map(({ label }) => label ?? "") },
    { name: "probabilities", datatype: "FP64", shape: [...shape, classes.length], data: probabilities },
    { name: "unknown", datatype: "BOOL", shape, data: predictions.map(({ unknown }) => unknown ?? false) },
  ];
}

const badTensor = ({ name }: Tensor, problem: string, names: ReadonlySet<string>) =>
  new Refusal(400, {
    code: "serve/bad-tensor",
    where: `input ${JSON.stringify(name)} (${names.size} before it)`,
    problem,
    expected: "a tensor per modality, as GET /v2/models/{id} lists them",
    remedy: "Mend the request.",
  });
