/** Small ONNX files and folders in the layout of transformers.js, with dynamic axes and int64 inputs. */

import { random } from "../../src/base/random.js";

type Bytes = readonly number[] | Uint8Array;

/** A field in Protobuf's wire format: a varint, or length-delimited bytes. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number) => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, value: Bytes | string): Uint8Array => {
  const body = typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.from(value);
  return Buffer.concat([Uint8Array.from([...varint((field << 3) | 2), ...varint(body.length)]), body]);
};
const all = (...parts: Bytes[]) => Buffer.concat(parts.map((part) => Uint8Array.from(part)));

const types = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;

/** An input or output; a named axis is dynamic. */
export interface Port {
  readonly name: string;
  readonly type: keyof typeof types;
  readonly shape: readonly (number | string)[];
}

const portOf = (field: number, { name, type, shape }: Port) => {
  const axes = shape.map((size) => bytes(1, typeof size === "number" ? number(1, size) : bytes(2, size)));
  const tensor = all(number(1, types[type]), bytes(2, all(...axes)));
  return bytes(field, all(bytes(1, name), bytes(2, bytes(1, tensor))));
};

/** An operator: `[type, inputs, outputs, integer attributes]`. */
export type Operator = readonly [
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, number | readonly number[]>>,
];

const operatorOf = ([type, inputs, outputs, attributes = {}]: Operator) =>
  bytes(
    1,
    all(
      ...inputs.map((name) => bytes(1, name)),
      ...outputs.map((name) => bytes(2, name)),
      bytes(4, type),
      ...Object.entries(attributes).map(([name, value]) =>
        bytes(
          5,
          typeof value === "number"
            ? all(bytes(1, name), number(3, value), number(20, 2))
            : all(bytes(1, name), ...value.map((one) => number(8, one)), number(20, 7)),
        ),
      ),
    ),
  );

/** A constant: random float32 values seeded by its name, or the given int64 values. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values?: readonly number[];
}

/** The values of a random constant. */
export function drawn({ name, shape }: Constant): Float32Array {
  const r = random(1, name);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => r.normal());
}

const constantOf = (constant: Constant) => {
  const { name, shape, values } = constant;
  const { buffer } = values ? BigInt64Array.from(values, BigInt) : drawn(constant);
  const type = values ? types.int64 : types.float32;
  const axes = shape.map((axis) => number(1, axis));
  return bytes(5, all(...axes, number(2, type), bytes(8, name), bytes(9, new Uint8Array(buffer))));
};

/** Encode an ONNX file. */
export function onnxFile(graph: {
  inputs: readonly Port[];
  outputs: readonly Port[];
  operators: readonly Operator[];
  constants?: readonly Constant[];
}): Uint8Array {
  const { inputs, outputs, operators, constants = [] } = graph;
  const body = all(
    ...operators.map(operatorOf),
    bytes(2, "graph"),
    ...constants.map(constantOf),
    ...inputs.map((port) => portOf(11, port)),
    ...outputs.map((port) => portOf(12, port)),
  );
  return all(number(1, 8), bytes(7, body), bytes(8, all(bytes(1, ""), number(2, 18))));
}

/** A model of images [1, 3, side, side] (or the axis order `axes`) to 6 outputs: one matrix product. */
export function imageModel(
  side: number | string,
  axes: "first" | "last" = "first",
  type: Port["type"] = "float32",
) {
  const shape = axes === "first" ? [1, 3, side, side] : [1, side, side, 3];
  const size = 3 * Number(side) ** 2;
  return onnxFile({
    inputs: [{ name: "pixel_values", type, shape }],
    outputs: [{ name: "features", type: "float32", shape: [1, 6] }],
    operators: [
      ["Cast", ["pixel_values"], ["pixels"], { to: 1 }],
      ["Flatten", ["pixels"], ["flat"]],
      ["MatMul", ["flat", "weight"], ["features"]],
    ],
    constants: [{ name: "weight", shape: [size, 6] }],
  });
}

/** A model of images of any size to features [1, 5, H, W]: a 1×1 convolution. */
export const placesModel = () =>
  onnxFile({
    inputs: [{ name: "x", type: "float32", shape: ["batch", 3, "height", "width"] }],
    outputs: [{ name: "map", type: "float32", shape: ["batch", 5, "height", "width"] }],
    operators: [["Conv", ["x", "kernel"], ["map"]]],
    constants: [{ name: "kernel", shape: [5, 3, 1, 1] }],
  });

/** A model of audio samples [1, N] to the loudness of four bands, [1, 4]. */
export const soundModel = (samples: number | string) =>
  onnxFile({
    inputs: [{ name: "input_values", type: "float32", shape: ["batch", samples] }],
    outputs: [{ name: "embedding", type: "float32", shape: ["batch", 4] }],
    operators: [
      ["Reshape", ["input_values", "shape"], ["wave"]],
      ["Conv", ["wave", "filters"], ["bands"], { strides: [4] }],
      ["Abs", ["bands"], ["levels"]],
      ["GlobalAveragePool", ["levels"], ["loudness"]],
      ["Flatten", ["loudness"], ["embedding"]],
    ],
    constants: [
      { name: "shape", shape: [3], values: [1, 1, -1] },
      { name: "filters", shape: [4, 1, 8] },
    ],
  });

/** Vocabulary of the tokenizer of {@link textFolder}; special tokens have IDs 0 to 3. */
export const words = ["red", "green", "blue", "dark", "light", "round", "flat", "thing", "a", "of"];
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
const vocabulary = Object.fromEntries([...special, ...words].map((word, i) => [word, i]));

/** A model of token IDs [1, T] to embeddings [1, T, 7]. */
export const textModel = (tokens: number | string = "tokens") =>
  onnxFile({
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({
      name,
      type: "int64",
      shape: ["batch", tokens],
    })),
    outputs: [{ name: "last_hidden_state", type: "float32", shape: ["batch", tokens, 7] }],
    operators: [
      ["Add", ["input_ids", "token_type_ids"], ["rows"]],
      ["Gather", ["table", "rows"], ["last_hidden_state"]],
    ],
    constants: [{ name: "table", shape: [special.length + words.length, 7] }],
  });

const token = (id: number) => ({
  id,
  content: special[id],
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** A folder in the layout of transformers.js with a text model that looks up word embeddings. */
export const textFolder = (tokens?: number | string): Record<string, string | Uint8Array> => ({
  "onnx/model.onnx": textModel(tokens),
  "config.json": JSON.stringify({ model_type: "bert", max_position_embeddings: 16 }),
  "tokenizer_config.json": JSON.stringify({
    tokenizer_class: "BertTokenizer",
    model_max_length: 12,
    pad_token: "[PAD]",
  }),
  "tokenizer.json": JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((_, id) => token(id)),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "[CLS]", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "[SEP]", type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: null,
    model: { type: "WordLevel", vocab: vocabulary, unk_token: "[UNK]" },
  }),
});
