/**
 * Texts for a frozen encoder: token ids `input_ids` `[1, T]` with their `attention_mask`, by the model's `tokenizer.json` and
 * @huggingface/tokenizers. Longer texts are truncated at the end; their special tokens are kept.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { readText } from "../text/text.js";
import { badInputs, sizeOfAxis, takesOne } from "./ports.js";
import type { FrozenInput } from "./types.js";

const count = z
  .int()
  .min(1)
  .max(1 << 16);
const options = z.strictObject({
  tokens: count.optional().describe("the maximum number of tokens of a text, a whole number"),
});
const schema = z.strictObject({
  kind: z.literal("text"),
  /** Names of the model's inputs. */
  names: z.array(z.string()),
  tokens: count,
  /** Id of the padding token, if the model's input has a fixed length. */
  padding: z.int().min(0).optional(),
});
type TextInput = z.output<typeof schema>;

/** The value of each input at a token; there is one sequence, never a pair. */
const values: Readonly<Record<string, (id: number, mask: number, position: number) => number>> = {
  input_ids: (id) => id,
  attention_mask: (_, mask) => mask,
  token_type_ids: () => 0,
  position_ids: (_, __, position) => position,
};
const DEFAULT_TOKENS = 512;
const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json"];

interface Tokenizer {
  /** Token ids of a text, with or without special tokens. */
  encode(text: string, special: boolean): number[];
  idOf(token: string): number | undefined;
}

const tokenizers = new Map<string, Promise<Tokenizer>>();

/** The tokenizer in a folder, read once. */
function tokenizerIn(folder: string): Promise<Tokenizer> {
  const known = tokenizers.get(folder) ?? openTokenizer(folder);
  known.catch(() => tokenizers.delete(folder));
  tokenizers.set(folder, known);
  return known;
}

async function openTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, "tokenizer.json");
  const bad = (problem: string, expected: string, remedy: string, cause?: unknown) =>
    new InputError({ code: "pretrained/tokenizer", where: path, problem, expected, remedy }, { cause });
  const contents = await readFile(path, "utf8").catch((cause) => {
    throw bad(
      "the file cannot be read",
      "the tokenizer of the model, beside its ONNX file or one folder up",
      "Copy it there.",
      cause,
    );
  });
  const config = await readFile(join(folder, "tokenizer_config.json"), "utf8").catch(() => "{}");
  const library = await import("@huggingface/tokenizers").catch((cause) => {
    throw bad(
      "the package @huggingface/tokenizers is not installed",
      "this package, which tokenizes texts",
      "Run npm install --ignore-scripts @huggingface/tokenizers.",
      cause,
    );
  });
  try {
    const json = JSON.parse(contents);
    const tokenizer = new library.Tokenizer(json, JSON.parse(config));
    const idOf = (token: string) => tokenizer.token_to_id(token);
    const unknown = idOf(json.model?.unk_token ?? "");
    const encode = (text: string, special: boolean) =>
      // For some kinds of vocabulary, the library has no id for unknown words.
      (tokenizer.encode(text, { add_special_tokens: special }).ids as (number | undefined)[]).flatMap(
        (id) => id ?? unknown ?? [],
      );
    return { encode, idOf };
  } catch (cause) {
    throw bad(
      `it cannot be used (${(cause as Error).message.split("\n")[0]})`,
      "a tokenizer in the Hugging Face format",
      "Copy it again.",
      cause,
    );
  }
}

/** Token ids of a text, at most `most`; truncation keeps the special tokens before and after the text. */
function tokensOf(tokenizer: Tokenizer, text: string, most: number): number[] {
  const all = tokenizer.encode(text, true);
  if (all.length <= most) return all;
  const plain = tokenizer.encode(text, false);
  const before = Math.max(
    0,
    all.findIndex((_, i) => plain.every((id, k) => all[i + k] === id)),
  );
  const after = all.length - before - plain.length;
  return [
    ...all.slice(0, before),
    ...plain.slice(0, most - before - after),
    ...all.slice(before + plain.length),
  ];
}

const configSchema = z.object({
  model_max_length: z.number().positive().optional().catch(undefined),
  pad_token: z
    .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
    .optional()
    .catch(undefined),
});
const modelSchema = z.object({ max_position_embeddings: z.number().positive().optional().catch(undefined) });

export const text = {
  options,
  schema,
  models: ["text_model", "model", "model_quantized"],
  outputs: ["text_embeds", "sentence_embedding", "last_hidden_state", "token_embeddings", "pooler_output"],
  files: tokenizerFiles,

  async plan({ inputs, json, folder, file }, given) {
    const names = inputs.map(({ name }) => name);
    const fits = inputs.every(
      (port) =>
        Object.hasOwn(values, port.name) &&
        port.type === "int64" &&
        port.shape.length === 2 &&
        takesOne(port),
    );
    if (!fits || !names.includes("input_ids"))
      throw badInputs(
        inputs,
        file,
        `int64 inputs [1, tokens]: input_ids, and any of ${Object.keys(values).slice(1).join(", ")}`,
      );
    const tokenizer = await tokenizerIn(folder);
    const { model_max_length, pad_token } = configSchema.parse(await json("tokenizer_config.json"));
    const { max_position_embeddings } = modelSchema.parse(await json("config.json"));
    const fixed = sizeOfAxis(inputs[names.indexOf("input_ids")], 1);
    const { tokens } = given as z.output<typeof options>;
    const most = Math.min(
      model_max_length ?? DEFAULT_TOKENS,
      max_position_embeddings ?? DEFAULT_TOKENS,
      DEFAULT_TOKENS,
    );
    return {
      kind: "text",
      names,
      tokens: fixed ?? tokens ?? most,
      ...(fixed !== undefined && { padding: (pad_token && tokenizer.idOf(pad_token)) || 0 }),
    };
  },

  async contents(value, where) {
    const contents = await readText(value, where);
    return { bytes: Buffer.from(contents), value: contents, where };
  },

  async feed({ value, where }, { names, tokens, padding }, folder) {
    const ids = tokensOf(await tokenizerIn(folder), value as string, tokens);
    if (ids.length === 0)
      throw new InputError({
        code: "pretrained/no-tokens",
        where,
        problem: "the model's tokenizer finds no token in the text",
        expected: "a text in a script that the model supports",
        remedy: "Correct the text, or choose another model.",
      });
    const length = padding === undefined ? ids.length : tokens;
    const mask = Array.from({ length }, (_, i) => Number(i < ids.length));
    const feeds = names.map((name) => {
      const data = BigInt64Array.from(mask, (isToken, i) =>
        BigInt(values[name](ids[i] ?? padding ?? 0, isToken, i)),
      );
      return [name, { type: "int64" as const, shape: [1, length], data }];
    });
    return { feeds: Object.fromEntries(feeds), mask };
  },
} satisfies FrozenInput<TextInput>;
