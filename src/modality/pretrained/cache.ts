/**
 * Embeddings on disk: a file each, named by what it is the embedding of, so that nothing there is ever out of date.
 * A file holds the SHA-256 of the numbers and the numbers, float32; one that does not agree is as if it were not there.
 * It is written under another name and moved, so any number of processes may share the folder.
 *
 * The folder is METAMODAL_CACHE, else `metamodal` in XDG_CACHE_HOME or ~/.cache. In `embeddings` each encoder has a
 * folder, with an `about.json` that says which it is; any of it may be deleted at any time.
 */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { InputError } from "../../base/errors.js";

/** The folder of all that can be computed again. */
export const cacheFolder = (): string =>
  process.env.METAMODAL_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "metamodal");

const digestBytes = 32;
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** The embeddings of one encoder. */
export class EmbeddingCache {
  readonly #folder: string;
  #announced: Promise<void> | undefined;

  /** `encoder` names its folder: a digest of all that decides an embedding but the value. `about` says what it is. */
  constructor(
    encoder: string,
    readonly about: object,
  ) {
    this.#folder = join(cacheFolder(), "embeddings", encoder);
  }

  /** The embedding kept under `key`; undefined where there is none or it is damaged. */
  async get(key: string): Promise<Float32Array | undefined> {
    const bytes = await readFile(this.#pathOf(key)).catch(() => undefined);
    if (!bytes || bytes.length <= digestBytes || (bytes.length - digestBytes) % 4 !== 0) return undefined;
    const numbers = bytes.subarray(digestBytes);
    if (!digestOf(numbers).equals(bytes.subarray(0, digestBytes))) return undefined;
    return new Float32Array(Uint8Array.from(numbers).buffer);
  }

  /** Keep an embedding. */
  async put(key: string, vector: Float32Array): Promise<void> {
    const numbers = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
    this.#announced ??= this.#write(
      join(this.#folder, "about.json"),
      `${JSON.stringify(this.about, null, 2)}\n`,
    );
    await this.#announced;
    await this.#write(this.#pathOf(key), Buffer.concat([digestOf(numbers), numbers]));
  }

  #pathOf = (key: string) => join(this.#folder, key.slice(0, 2), key.slice(2));

  async #write(path: string, contents: string | Uint8Array): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, contents);
      await rename(draft, path);
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => {});
      throw notWritable(cause as NodeJS.ErrnoException);
    }
  }
}

const notWritable = (cause: NodeJS.ErrnoException) =>
  new InputError(
    {
      code: "pretrained/cache",
      where: cacheFolder(),
      problem: `embeddings cannot be kept there (${cause.code ?? cause.message})`,
      expected: "a folder to write to, with room",
      remedy: "Set METAMODAL_CACHE to another folder, or delete what is in this one.",
    },
    { cause },
  );
