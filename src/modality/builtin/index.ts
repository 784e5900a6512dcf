/** The built-in encoders: values to vectors that need no training. */

import { sha256 } from "../../base/sha256.js";
import type { ModalityKind } from "../modality.js";
import { audio } from "./audio.js";
import { encoderDigest } from "./files.js";
import { image } from "./image.js";
import { PROJECTION_FILE, projected, projections } from "./projection.js";
import { strokes } from "./strokes.js";
import { text } from "./text.js";
import type { BuiltinEmbeddings, BuiltinKind } from "./types.js";
import { VectorCache } from "./vector-cache.js";

export { isReadable } from "./text.js";
export type { BuiltinEmbeddings } from "./types.js";

const kinds: Partial<Readonly<Record<ModalityKind, BuiltinKind>>> = { image, audio, text, strokes };

/** The kinds of values that have built-in encoders. */
export const builtinKinds = Object.keys(kinds) as readonly ModalityKind[];

/** Names of the built-in encoders of a kind; empty if it has none. */
export const builtinEncoders = (kind: ModalityKind): readonly string[] => encoderNames(kinds[kind]);

const encoderNames = (kind: BuiltinKind | undefined) => kind?.encoders.map(({ name }) => name) ?? [];

/** What determines the vectors of a kind besides the values: the versions and digests of its encoders. */
export interface BuiltinIdentity {
  readonly version: number;
  /** SHA-256 by file. */
  readonly files: Readonly<Record<string, string>>;
}

/** In place of the digest of a file that this build leaves out. */
const ABSENT = "absent";

/** The identity of a kind's encoders in this package. */
export function builtinIdentity(kind: ModalityKind): BuiltinIdentity {
  const { version = 0, encoders = [] } = kinds[kind] ?? {};
  const names = [...encoders.flatMap(({ file }) => file ?? []), PROJECTION_FILE];
  return { version, files: Object.fromEntries(names.map((name) => [name, encoderDigest(name) ?? ABSENT])) };
}

/** A value to embed, and its position for errors. */
export interface Placed {
  readonly value: unknown;
  readonly where: string;
}

/** A value's digest, SHA-256 in hexadecimal, and its vectors of length 1 by encoder. */
export interface EmbeddedValue {
  readonly digest: string;
  readonly vectors: BuiltinEmbeddings;
}

/** The name of an encoder's constants: pictures of drawings have those of pictures. */
const constantsOf = (kind: ModalityKind, encoder: string) =>
  kind === "strokes" && encoder === "picture" ? "image/network" : `${kind}/${encoder}`;

/** The vectors of values as the encoders give them, before they are standardised. */
export async function rawVectors(
  kind: ModalityKind,
  values: readonly Placed[],
): Promise<BuiltinEmbeddings[]> {
  const vectors: BuiltinEmbeddings[] = [];
  for (let from = 0; from < values.length; from += BATCH) {
    const batch = values.slice(from, from + BATCH);
    const contents = await Promise.all(batch.map(({ value, where }) => kinds[kind]!.contents(value, where)));
    vectors.push(...(await kinds[kind]!.embed(contents)));
  }
  return vectors;
}

/** Values that are embedded together. */
const BATCH = 64;

/**
 * Embed values of a kind, from the cache if they are there. `onProgress` is called with the number of values done.
 *
 * @throws {InputError} for a value that cannot be decoded
 */
export async function embedBuiltin(
  kind: ModalityKind,
  values: readonly Placed[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<EmbeddedValue[]> {
  const method = kinds[kind]!;
  const constants = await projections();
  const cache =
    kind === "text" ? undefined : new VectorCache({ kind, ...builtinIdentity(kind) }, encoderNames(method));
  const embedded: EmbeddedValue[] = [];
  for (let from = 0; from < values.length; from += BATCH) {
    signal?.throwIfAborted();
    const batch = values.slice(from, from + BATCH);
    const contents = await Promise.all(batch.map(({ value, where }) => method.contents(value, where)));
    const digests = contents.map(({ bytes }) => sha256(bytes));
    const found = await Promise.all(digests.map((digest) => cache?.get(digest)));
    const missing = [...batch.keys()].filter((i) => found[i] === undefined);
    const raw = await method.embed(missing.map((i) => contents[i]));
    for (const [k, i] of missing.entries()) {
      const vectors = Object.entries(raw[k]).map(([name, vector]) => [
        name,
        vector.length === 1 ? vector : projected(vector, constants.get(constantsOf(kind, name))),
      ]);
      found[i] = Object.fromEntries(vectors) as BuiltinEmbeddings;
      await cache?.put(digests[i], found[i]);
    }
    for (const [i, digest] of digests.entries()) embedded.push({ digest, vectors: found[i]! });
    onProgress?.(embedded.length);
  }
  return embedded;
}
