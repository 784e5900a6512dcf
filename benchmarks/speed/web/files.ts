/** The files of the benchmark's page: its scripts, runtimes, networks and models, by path. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "rolldown";
import { Engine } from "../../../src/engine/index.js";
import { dequantised } from "../../../src/engine/run/dequantise.js";
import { root } from "../paths.js";
import { conv4Program, photo } from "../wasm/networks.js";
import { trainOneStep } from "../workloads/start-adaptation.js";

type Files = Record<string, string | Uint8Array>;

/** Width and height of the images of models. */
export const sides = [28, 84] as const;

/** Five drawings of each of five classes. */
export const drawings = fiveOfFive();

function fiveOfFive(): { label: string; strokes: number[][][] }[] {
  const text = gunzipSync(readFileSync(join(root, "datasets/omniglot/metadata.jsonl.gz"))).toString();
  const rows: { label: string; split: string; strokes: number[][][] }[] = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const test = rows.filter(({ split }) => split === "test");
  const labels = [...new Set(test.map(({ label }) => label))].slice(0, 5);
  return labels.flatMap((label) =>
    test
      .filter((row) => row.label === label)
      .slice(0, 5)
      .map(({ strokes }) => ({ label, strokes })),
  );
}

/** The scripts of the page, in which `x.web.ts` takes the place of `x.ts`. */
async function scripts(): Promise<Files> {
  const { output } = await build({
    input: {
      index: join(root, "benchmarks/speed/web/page/index.ts"),
      worker: join(root, "benchmarks/speed/web/page/worker.ts"),
      "program-thread": join(root, "src/engine/run/program-thread-script.web.ts"),
    },
    platform: "browser",
    external: [/^node:/, "onnxruntime-node"],
    resolve: { extensionAlias: { ".js": [".web.ts", ".ts", ".js"] } },
    onLog: () => {},
    write: false,
  });
  return Object.fromEntries(
    output.flatMap((file) => (file.type === "chunk" ? [[`/bench/${file.fileName}`, file.code]] : [])),
  );
}

/** The files of a package's folder `dist` that a page loads, below `path`. */
function runtime(path: string, entry: string, files: Readonly<Record<string, string>>): Files {
  const folder = dirname(createRequire(import.meta.url).resolve(entry));
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => [`${path}/${name}`, readFileSync(join(folder, file))]),
  );
}

/** A prototypical network over Conv4-64 after one step, for images of so many pixels. */
async function model(side: number): Promise<Files> {
  const folder = mkdtempSync(join(tmpdir(), "metamodal-bench-"));
  const trained = await trainOneStep({ fusion: "fixed", episode: { way: 5 } }, (uniform) => ({
    image: {
      width: side,
      height: side,
      channels: 3,
      data: Uint8Array.from({ length: 3 * side * side }, () => 256 * uniform()),
    },
  }));
  const path = join(folder, "model");
  await trained.save(path);
  const files = readdirSync(path).map((file) => [`/model-${side}/${file}`, readFileSync(join(path, file))]);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(files);
}

/** All files, by the path of their URL. */
export async function benchmarkFiles(): Promise<Files> {
  const tensorFlow = readdirSync(
    dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")),
  ).filter((file) => file.endsWith(".wasm"));
  const web = readdirSync(join(root, "dist/web")).filter((file) => file.endsWith(".js"));
  const page = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/bench/index.js"></script>`;
  const encoders = readdirSync(join(root, "encoders")).filter((file) => /\.\w+$/.test(file));
  const bytes = new Uint8Array(readFileSync(join(root, photo.file)));
  return {
    "/": page,
    ...(await scripts()),
    ...runtime("/ort", "onnxruntime-web/wasm", {
      "index.mjs": "ort.wasm.bundle.min.mjs",
      "ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
    }),
    ...runtime(
      "/tf",
      "@tensorflow/tfjs-backend-wasm",
      Object.fromEntries(tensorFlow.map((file) => [file, file])),
    ),
    ...Object.fromEntries(
      web.map((file) => [`/dist/web/${file}`, readFileSync(join(root, "dist/web", file))]),
    ),
    ...Object.fromEntries(
      encoders.map((file) => [`/encoders/${file}`, readFileSync(join(root, "encoders", file))]),
    ),
    "/conv4.onnx": conv4Program(new Engine({ threads: 1 })).bytes,
    "/photo.onnx": dequantised(bytes),
    ...Object.assign({}, ...(await Promise.all(sides.map(model)))),
  };
}
