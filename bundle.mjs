/**
 * Bundles the published package: the library, the command line, and what they start in threads and processes of their
 * own, in one folder, so that `new URL("./worker.mjs", import.meta.url)` names the same file from every chunk. Packages
 * that are plain JavaScript are bundled, since resolving and loading their files takes longer than running them; their
 * licences go along. The types come from tsc.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "rolldown";
import { isPermissive } from "./licences.mjs";

/** Entries by the name of their file. */
const entries = {
  "index.js": "src/index.ts",
  "main.js": "src/cli/main.ts",
  "run.js": "src/cli/run.ts",
  "child.js": "src/compare/child.ts",
  "worker.mjs": "src/engine/run/worker.mjs",
  "worker-foreign.mjs": "src/engine/run/worker-foreign.mjs",
  "parquet-worker.mjs": "src/data/formats/parquet-worker.mjs",
};

/**
 * The folder of the package that a module belongs to; undefined for the project's own modules.
 * @param {string} module
 */
function packageFolder(module) {
  if (!module.includes("/node_modules/")) return undefined;
  let folder = dirname(module);
  while (!isPackage(folder)) folder = dirname(folder);
  return folder;
}

/**
 * Whether a folder is a package: nested `package.json` files that only state a module type have no version.
 * @param {string} folder
 */
function isPackage(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).version !== undefined;
}

/**
 * Name, version and licence text of a package. Throws if it has no licence file, or a licence that is not permissive.
 * @param {string} folder
 */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} is bundled and has no licence file`);
  if (!isPermissive(license)) throw new Error(`${name} is bundled and its licence is ${license}`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

/**
 * Writes the licences of all packages that are bundled.
 * @type {import("rolldown").Plugin}
 */
const licenses = {
  name: "licenses",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
    const source = [...folders]
      .sort()
      .map(licenseOf)
      .join(`\n${"-".repeat(80)}\n\n`);
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES.txt", source });
  },
};

await build({
  input: entries,
  platform: "node",
  // They load native code, or are installed by the user.
  external: ["@jax-js/jax", "onnxruntime-node", "sharp", /^@huggingface\//],
  resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
  plugins: [licenses],
  output: {
    dir: "dist/bundle",
    cleanDir: true,
    entryFileNames: "[name]",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
    comments: false,
  },
});
