/** What embeds the values of a modality: a pretrained encoder of the task, or the built-in encoders of its kind. */

import { concurrently } from "../base/concurrently.js";
import { builtinKinds, type EmbeddedValue, embedBuiltin, type Placed } from "../modality/builtin/index.js";
import { embedFrozen, type FrozenSpec, type ModalityKind } from "../modality/index.js";
import { PRETRAINED } from "./standardise.js";

interface EmbedderOptions {
  readonly signal?: AbortSignal;
}

/** Embed values. @throws {InputError} for a value that cannot be decoded, and for an encoder that is not there */
export type Embedder = (values: readonly Placed[], options: EmbedderOptions) => Promise<EmbeddedValue[]>;

/** Values that a pretrained encoder embeds at a time; the network runs off the main thread. */
const AHEAD = 4;

/** The embedder of a modality of `kind`; undefined for a kind whose values depend on the support. */
export function embedderOf(kind: ModalityKind, pretrained: FrozenSpec | undefined): Embedder | undefined {
  if (pretrained)
    return (values, { signal }) =>
      concurrently(values, AHEAD, async ({ value, where }) => {
        signal?.throwIfAborted();
        const { digest, vector } = await embedFrozen(pretrained, value, where);
        return { digest, vectors: { [PRETRAINED]: vector } };
      });
  if (!builtinKinds.includes(kind)) return undefined;
  return (values, options) => embedBuiltin(kind, values, options);
}
