/** Library versions for the card of a model that a page trains. */

import manifest from "../../package.json" with { type: "json" };

/** Versions of metamodal and of its engine's library, by name. */
export function libraryVersions(): Record<string, string> {
  const { version, dependencies } = manifest;
  return { metamodal: version, "@jax-js/jax": dependencies["@jax-js/jax"] };
}
