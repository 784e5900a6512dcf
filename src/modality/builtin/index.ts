/** The built-in encoders: values to vectors that need no training. */

import { InputError } from "../../base/errors.js";
import { sha256 } from "../../base/sha256.js";
import type { ModalityKind } from "../modality.js";
import type { Contents } from "../pretrained/types.js";
import { hasEncoder } from "./files.js";
import { builtinIdentity } from "./identity.js";
import { kinds } from "./kinds.js";
import { type Constants, projected, projections } from "./projection.js";
import type { BuiltinEmbeddings, BuiltinKind } from "./types.js";
import { VectorCache } from "./vector-cache.js";

export {
  absentFiles,
  type BuiltinIdentity,
  builtinIdentity,
  differenceFrom,
} from "./identity.js";
export { builtinKinds } from "./kinds.js";
export type { BuiltinEmbeddings } from "./types.js";

/** Names of the built-in encoders of a kind; empty if it has none. */
export const builtinEncoders = (kind: ModalityKind): readonly string[] => encoderNames(kinds[kind]);

const encoderNames = (kind: BuiltinKind | undefined) => kind?.encoders.map(({ name }) => name) ?? [];

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

/** The vectors of values as the encoders give them, before they are standardised. */
export async function rawVectors(
  kind: ModalityKind,
  values: readonly Placed[],
): Promise<BuiltinEmbeddings[]> {
  const vectors: BuiltinEmbeddings[] = [];
  for await (const contents of batchesOf(kinds[kind]!, values))
    vectors.push(...(await kinds[kind]!.embed(contents)));
  return vectors;
}

/** Values that are embedded together, fewer of many bytes, and files that are read at a time. */
const BATCH = { values: 64, bytes: 1 << 26, read: 8 } as const;

/** The contents of values, a batch at a time. */
async function* batchesOf(method: BuiltinKind, values: readonly Placed[]): AsyncGenerator<Contents[]> {
  let batch: Contents[] = [];
  for (let from = 0; from < values.length; from += BATCH.read) {
    const some = values.slice(from, from + BATCH.read);
    batch.push(...(await Promise.all(some.map(({ value, where }) => method.contents(value, where)))));
    const bytes = batch.reduce((sum, contents) => sum + contents.bytes.length, 0);
    if (batch.length < BATCH.values && bytes < BATCH.bytes && from + BATCH.read < values.length) continue;
    yield batch;
    batch = [];
  }
}

/**
 * Embed values of a kind, from the cache if they are there. `onProgress` is called with the number of values done.
 *
 * @throws {InputError} for a value that cannot be decoded, and `builtin/none` if this package has none of the kind's encoders
 */
export async function embedBuiltin(
  kind: ModalityKind,
  values: readonly Placed[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<EmbeddedValue[]> {
  const method = kinds[kind]!;
  const constants = await constantsOf(method);
  const cache =
    kind === "text" ? undefined : new VectorCache({ kind, ...builtinIdentity(kind) }, encoderNames(method));
  const embedded: EmbeddedValue[] = [];
  checkPresent(method);
  for await (const contents of batchesOf(method, values)) {
    signal?.throwIfAborted();
    const digests = contents.map(({ bytes }) => sha256(bytes));
    const found = await Promise.all(digests.map((digest) => cache?.get(digest)));
    const missing = [...contents.keys()].filter((i) => found[i] === undefined);
    const raw = await method.embed(missing.map((i) => contents[i]));
    for (const [k, i] of missing.entries()) {
      const vectors = Object.entries(raw[k]).map(([name, vector]) => [
        name,
        vector.length === 1 ? vector : projected(vector, constants.get(name)),
      ]);
      found[i] = Object.fromEntries(vectors) as BuiltinEmbeddings;
      await cache?.put(digests[i], found[i]);
    }
    for (const [i, digest] of digests.entries()) embedded.push({ digest, vectors: found[i]! });
    onProgress?.(embedded.length);
  }
  return embedded;
}

/** The constants of a kind's encoders whose files are there, by encoder; the file of constants is read if any has some. */
async function constantsOf({ encoders }: BuiltinKind): Promise<ReadonlyMap<string, Constants>> {
  const found = new Map<string, Constants>();
  for (const { name, files = [], constants } of encoders) {
    if (constants === undefined || !files.every(hasEncoder)) continue;
    const own = (await projections()).get(constants);
    if (own) found.set(name, own);
  }
  return found;
}

/** Check that this package has one of a kind's encoders. */
function checkPresent({ kind, encoders }: BuiltinKind): void {
  const lacking = encoders.map(({ files = [] }) => files.find((file) => !hasEncoder(file)));
  const [file] = lacking;
  if (file === undefined || lacking.includes(undefined)) return;
  throw new InputError({
    code: "builtin/none",
    where: `modalities of kind ${kind}`,
    problem: `this installation lacks encoders/${file}, and with it every built-in encoder of ${kind}`,
    expected: "the files of the built-in encoders, as they were published",
    remedy: "Install metamodal again, or name the modalities to use with the option `modalities`.",
  });
}
