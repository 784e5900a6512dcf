/** A frozen encoder that was found: it embeds raw values, each once, and keeps what it made of them. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { ForeignModel } from "../../engine/run/foreign.js";
import { EmbeddingCache } from "./cache.js";
import { foundAgain } from "./model-files.js";
import { pooled } from "./pool.js";
import type { AnyFrozen, Contents, FrozenInput } from "./types.js";

/** Part of what cached embeddings are known by: higher when the same files come to give other numbers. */
const VERSION = 1;

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** What decides an embedding, but for the value. */
const fingerprintOf = ({ files, output, pooling, input }: AnyFrozen): string =>
  sha256(JSON.stringify([VERSION, Object.entries(files), output, pooling, input]));

export class FrozenEncoder {
  readonly #cache: EmbeddingCache;
  readonly #running = new Map<string, Promise<Float32Array>>();
  #model: Promise<ForeignModel> | undefined;
  /** How often the model ran. */
  runs = 0;

  /** `model` is opened when it is first needed, where it is not given. */
  constructor(
    readonly frozen: AnyFrozen,
    readonly folder: string,
    readonly method: FrozenInput,
    model?: ForeignModel,
  ) {
    this.#model = model && Promise.resolve(model);
    this.#cache = new EmbeddingCache(fingerprintOf(frozen), frozen);
  }

  /** The embedding of a value, from the cache where it is there. */
  async embed(value: unknown, where: string): Promise<Float32Array> {
    const contents = await this.method.contents(value, where);
    const key = sha256(contents.bytes);
    const running = this.#running.get(key) ?? this.#embed(key, contents);
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
    }
  }

  async #embed(key: string, contents: Contents): Promise<Float32Array> {
    const kept = await this.#cache.get(key);
    if (kept) return kept;
    const vector = await this.#compute(contents);
    await this.#cache.put(key, vector);
    return vector;
  }

  async #compute(contents: Contents): Promise<Float32Array> {
    const { output, pooling, input, files } = this.frozen;
    const [onnx] = Object.keys(files);
    const path = join(this.folder, onnx);
    this.#model ??= openModel(path);
    const model = await this.#model;
    const { feeds, mask } = await this.method.feed(contents, input, this.folder);
    const bad = (problem: string, expected: string, remedy: string, cause?: unknown) =>
      new InputError(
        { code: "pretrained/run", where: `${path}, given ${contents.where}`, problem, expected, remedy },
        { cause },
      );
    this.runs++;
    const result = await model.run(feeds, output).catch((cause: Error) => {
      throw bad(
        `the model fails (${firstLine(cause)})`,
        "a model that takes such a value",
        "Choose another model, or correct the options.",
        cause,
      );
    });
    const channelsLast = "layout" in input && input.layout === "channels last";
    const vector = pooled(result, pooling, mask, channelsLast);
    if (!vector)
      throw bad(
        `its output "${output}" is of shape [${result.shape}]`,
        "one vector, vectors of tokens or of places: [1, d], [1, T, d] or [1, C, H, W]",
        "Name another `output`.",
      );
    if (!vector.every(Number.isFinite))
      throw bad(
        `its output "${output}" is not finite`,
        "finite numbers",
        "Choose another model, or correct `scale`.",
      );
    return vector;
  }
}

/** Open an ONNX file; an `InputError` where it is none. */
export const openModel = (path: string): Promise<ForeignModel> =>
  ForeignModel.open(path).catch((cause: Error) => {
    throw new InputError(
      {
        code: "pretrained/bad-model",
        where: path,
        problem: `ONNX Runtime cannot load it (${firstLine(cause)})`,
        expected: "a complete ONNX file, of operators that ONNX Runtime knows",
        remedy: "Copy or export it again.",
      },
      { cause },
    );
  });

const firstLine = ({ message }: Error) => message.split("\n")[0].slice(0, 200);

const encoders = new Map<string, Promise<FrozenEncoder>>();

/** The encoder that all who ask for `frozen` share: a new one with the model, where there is none. */
export async function sharedEncoder(
  frozen: AnyFrozen,
  folder: string,
  method: FrozenInput,
  model: ForeignModel,
): Promise<FrozenEncoder> {
  const key = fingerprintOf(frozen);
  const known = await encoders.get(key);
  if (known) {
    model.release();
    return known;
  }
  const encoder = new FrozenEncoder(frozen, folder, method, model);
  encoders.set(key, Promise.resolve(encoder));
  return encoder;
}

/**
 * The encoder of a stored spec, whose files are checked to be the same when it is first asked for. `beside` is a folder where
 * they may be too.
 */
export function encoderOf(
  frozen: AnyFrozen,
  method: FrozenInput,
  where: string,
  beside?: string,
): Promise<FrozenEncoder> {
  const key = fingerprintOf(frozen);
  const known =
    encoders.get(key) ??
    foundAgain(frozen.model, frozen.files, where, beside).then(
      (folder) => new FrozenEncoder(frozen, folder, method),
    );
  known.catch(() => encoders.delete(key));
  encoders.set(key, known);
  return known;
}
