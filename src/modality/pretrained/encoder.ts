/** A frozen encoder: embeds raw values, each once, and caches the embeddings. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { ForeignModel } from "../../engine/run/foreign.js";
import { EmbeddingCache } from "./cache.js";
import { embeddingOf, firstLine } from "./embedding.js";
import { foundAgain } from "./model-files.js";
import type { AnyFrozen, Contents, FrozenInput } from "./types.js";

/** Part of the key of cached embeddings, incremented when the same files give other embeddings. */
const VERSION = 1;

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** Digest of all that determines an embedding besides the value. */
const fingerprintOf = ({ files, output, pooling, input }: AnyFrozen): string =>
  sha256(JSON.stringify([VERSION, Object.entries(files), output, pooling, input]));

export class FrozenEncoder {
  readonly #cache: EmbeddingCache;
  readonly #running = new Map<string, Promise<Float32Array>>();
  #model: Promise<ForeignModel> | undefined;
  /** Number of runs of the model. */
  runs = 0;

  /** Without `model`, the model is opened at the first value that is not in the cache. */
  constructor(
    readonly frozen: AnyFrozen,
    readonly folder: string,
    readonly method: FrozenInput,
    model?: ForeignModel,
  ) {
    this.#model = model && Promise.resolve(model);
    this.#cache = new EmbeddingCache(fingerprintOf(frozen), frozen);
  }

  /** The digest of a value, SHA-256 in hexadecimal, and its embedding, from the cache if it is there. */
  async embed(value: unknown, where: string): Promise<{ digest: string; vector: Float32Array }> {
    const contents = await this.method.contents(value, where);
    const digest = sha256(contents.bytes);
    const running = this.#running.get(digest) ?? this.#embed(digest, contents);
    this.#running.set(digest, running);
    try {
      return { digest, vector: await running };
    } finally {
      this.#running.delete(digest);
    }
  }

  async #embed(key: string, contents: Contents): Promise<Float32Array> {
    const cached = await this.#cache.get(key);
    if (cached) return cached;
    const vector = await this.#compute(contents);
    await this.#cache.put(key, vector);
    return vector;
  }

  async #compute(contents: Contents): Promise<Float32Array> {
    const { frozen, method, folder } = this;
    const [onnx] = Object.keys(frozen.files);
    const path = join(folder, onnx);
    this.#model ??= openModel(path);
    const model = await this.#model.catch((error) => {
      this.#model = undefined;
      throw error;
    });
    this.runs++;
    return embeddingOf({ frozen, method, model, folder, path }, contents);
  }
}

/** Open an ONNX file. Throws an `InputError` if ONNX Runtime cannot load it. */
export const openModel = (path: string): Promise<ForeignModel> =>
  ForeignModel.open(path).catch((cause: Error) => {
    throw new InputError(
      {
        code: "pretrained/bad-model",
        where: path,
        problem: `ONNX Runtime cannot load it (${firstLine(cause)})`,
        expected: "a complete ONNX file, with operators that ONNX Runtime supports",
        remedy: "Copy or export it again.",
      },
      { cause },
    );
  });

const encoders = new Map<string, Promise<FrozenEncoder>>();

/** The shared encoder of `frozen`, created with `model` at the first call; later calls release their `model`. */
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
 * The shared encoder of a stored spec. The first call checks that its files are unchanged. `beside` is another folder to look
 * for them in.
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
