/** The versions that make a model, for its card. */

import { existsSync, readFileSync } from "node:fs";

/** By library; metamodal's own first. */
export function libraryVersions(): Record<string, string> {
  const own = findUp("package.json");
  const { version, dependencies } = JSON.parse(readFileSync(own, "utf8"));
  const engines = ["@jax-js/jax", "onnxruntime-node"];
  return { metamodal: version, ...Object.fromEntries(engines.map((name) => [name, dependencies[name]])) };
}

function findUp(name: string): URL {
  let url = new URL(name, import.meta.url);
  while (!existsSync(url)) url = new URL(`../${name}`, url);
  return url;
}
