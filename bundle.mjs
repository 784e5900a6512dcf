/**
 * Bundles the published package: the library, the command line, and what they start in threads and processes of their
 * own, in one folder, so that `new URL("./worker.mjs", import.meta.url)` names the same file from every chunk; and the
 * library for pages, as a module with its worker, and as one file. Packages that are plain JavaScript are bundled, since
 * resolving and loading their files takes longer than running them; their licences go along. The types come from tsc.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "rolldown";
import { isPermissive } from "./licences.mjs";

/** Entries by the name of their file. */
const entries = {
  "index.js": "src/index.ts",
  "client.js": "src/serve/client.ts",
  "main.js": "src/cli/main.ts",
  "run.js": "src/cli/run.ts",
  "child.js": "src/compare/child.ts",
  "report-thread.js": "src/serve/report-thread.ts",
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
  external: ["@jax-js/jax", "libsql", "onnxruntime-node", "sharp", /^@huggingface\//],
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

/** For pages: `x.web.ts` takes the place of `x.ts`, and what only Node has must be gone. */
const web = {
  platform: /** @type {const} */ ("browser"),
  treeshake: { moduleSideEffects: false },
  external: [/^node:/, "onnxruntime-node", "sharp", /^@huggingface\//],
  resolve: { extensionAlias: { ".js": [".web.ts", ".ts", ".js"] } },
  // Unresolved imports of modules that are left out: `selfContained` reports those that are not.
  onLog: () => {},
};
const webOutput = { minify: true, comments: false };

/**
 * Throws if a page's script imports a module that it cannot load.
 * @type {import("rolldown").Plugin}
 */
const selfContained = {
  name: "self-contained",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      // By the code: `file.imports` has also those of modules that are left out.
      const names = [...file.code.matchAll(/(?:^|;)import\b[^"';()]*["']([^"']+)["']/gm)].map(
        ([, name]) => name,
      );
      const missing = names.find((name) => !name.startsWith("./"));
      if (missing) throw new Error(`${file.fileName} imports ${missing}, which a page does not have`);
    }
  },
};

await build({
  ...web,
  input: {
    "index.js": "src/web.ts",
    "worker.js": "src/web/worker.ts",
    "program-thread.js": "src/engine/run/program-thread-script.web.ts",
    "network-thread.js": "src/engine/run/network-thread-script.web.ts",
  },
  plugins: [licenses, selfContained],
  output: {
    ...webOutput,
    dir: "dist/web",
    cleanDir: true,
    entryFileNames: "[name]",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  },
});

/**
 * The base model only, for a page with one file: tracing meta-trained models takes a script of its own.
 * @type {import("rolldown").Plugin}
 */
const withoutModels = {
  name: "without-models",
  load(file) {
    // Encoders of meta-trained models.
    if (file.endsWith("/pretrained/page-encoders.web.ts"))
      return `import { notInPage } from "./not-in-page.js";
        export const openBeside = async (_, where) => { throw notInPage(where); };
        export const embedIn = async (_, __, where) => { throw notInPage(where); };`;
    if (!file.endsWith("/src/web/load-models.ts")) return;
    return `import { InputError } from "../base/errors.js";
      export const loadModels = () => {
        throw new InputError({
          code: "web/one-file",
          where: "loadModel or metaTrain",
          problem: "the library in one file has no meta-trained models, and no training",
          expected: "the library as a module with its worker",
          remedy: 'Import from "metamodal/web", or from dist/web/index.js.',
        });
      };
      export const loadTraining = loadModels;`;
  },
};

const {
  output: [{ code: worker }],
} = await build({
  ...web,
  input: "src/web/worker.ts",
  plugins: [withoutModels, selfContained],
  output: { ...webOutput, format: "iife" },
  write: false,
});

/**
 * The worker's script as text in the page's, for a page with one file.
 * @type {import("rolldown").Plugin}
 */
const inlineWorker = {
  name: "inline-worker",
  load(file) {
    if (!file.endsWith("/src/web/start-worker.ts")) return;
    return `const script = new Blob([${JSON.stringify(worker)}], { type: "text/javascript" });
      export const startWorker = () => new Worker(URL.createObjectURL(script));`;
  },
};

await build({
  ...web,
  input: "src/web.ts",
  plugins: [inlineWorker, selfContained],
  output: { ...webOutput, file: "dist/web/metamodal.js" },
});
