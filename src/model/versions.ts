/** Library versions for a model's card. */

import { existsSync, readFileSync } from "node:fs";

/** Versions of metamodal and of its engine's libraries, by name. */
export function libraryVersions(): Record<string, string> {
  const path = findUp("package.json");
  const { version, dependencies } = JSON.parse(readFileSync(path, "utf8"));
  const engines = ["@jax-js/jax", "onnxruntime-node"];
  return { metamodal: version, ...Object.fromEntries(engines.map((name) => [name, dependencies[name]])) };
}

function findUp(name: string): URL {
  let url = new URL(name, import.meta.url);
  while (!existsSync(url)) url = new URL(`../${name}`, url);
  return url;
}
