/**
 * Frozen encoders in a page: files beside the model's, in `pretrained/<modality>` of its folder. Networks run in WebAssembly,
 * or in onnxruntime-web if they have operators that WebAssembly kernels do not have. Loaded with the first such model.
 */

import { InputError } from "../../base/errors.js";
import { fetched } from "../../base/fetched.web.js";
import { join } from "../../base/paths.js";
import { sha256 } from "../../base/sha256.js";
import { lackingOperators, openNetwork } from "../../engine/network/index.js";
import type { ForeignModel } from "../../engine/run/foreign.js";
import { hasOnnxRuntime, openInOnnxRuntime } from "../../engine/run/onnxruntime.web.js";
import { audio } from "./audio.js";
import { embeddingOf, firstLine, type OpenEncoder } from "./embedding.js";
import { image } from "./image.js";
import { notInPage } from "./not-in-page.js";
import type { AnyFrozen, FrozenInput, FrozenSpec } from "./types.js";

/** The kinds that pages embed: the tokenizers of texts are for Node. */
const inputs: Readonly<Record<string, FrozenInput>> = { image, audio } as Readonly<
  Record<string, FrozenInput>
>;

const encoders = new Map<string, Promise<OpenEncoder>>();

const keyOf = ({ files, output, pooling, input }: AnyFrozen) =>
  JSON.stringify([Object.entries(files), output, pooling, input]);

/**
 * Fetch and open the encoder of a stored spec. `beside` is the URL of the folder that has its files.
 *
 * @throws {InputError} `pretrained/not-in-page` for texts, and without `beside`; `pretrained/gone` for files that cannot be
 * fetched or are others, `pretrained/no-onnxruntime`, `pretrained/bad-model`
 */
export async function openBeside({ frozen }: FrozenSpec, where: string, beside?: string): Promise<void> {
  const method = Object.hasOwn(inputs, frozen.input.kind) ? inputs[frozen.input.kind] : undefined;
  if (!method || beside === undefined || !/^(https?|blob|file):/.test(beside)) throw notInPage(where);
  if (!method.schema.safeParse(frozen.input).success) throw badInput(where);
  const key = keyOf(frozen);
  const known = encoders.get(key) ?? opened(frozen, method, beside);
  known.catch(() => encoders.delete(key));
  encoders.set(key, known);
  await known;
}

/** The digest of a value, and its embedding by an encoder that {@link openBeside} opened. */
export async function embedIn(
  { frozen }: FrozenSpec,
  value: unknown,
  where: string,
): Promise<{ digest: string; vector: Float32Array }> {
  const encoder = await encoders.get(keyOf(frozen));
  if (!encoder) throw notInPage(where);
  const contents = await encoder.method.contents(value, where);
  return { digest: sha256(contents.bytes), vector: await embeddingOf(encoder, contents) };
}

async function opened(frozen: AnyFrozen, method: FrozenInput, folder: string): Promise<OpenEncoder> {
  const [[name, digest]] = Object.entries(frozen.files);
  const path = join(folder, name);
  const bytes = await fetched(path).catch((cause: Error) => {
    throw gone(path, `it cannot be fetched (${cause.message})`, cause);
  });
  if (sha256(bytes) !== digest) throw gone(path, "it is not the file that the model was trained with");
  return { frozen, method, folder, path, model: await openedNetwork(bytes, path) };
}

async function openedNetwork(bytes: Uint8Array, path: string): Promise<Pick<ForeignModel, "run">> {
  try {
    const lacking = lackingOf(bytes);
    if (lacking === undefined) {
      const network = await openNetwork(bytes);
      return { run: async (feeds, output) => (await network.run(feeds))[output] };
    }
    if (!hasOnnxRuntime()) throw noOnnxRuntime(path, lacking);
    return await openInOnnxRuntime(bytes);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(
      {
        code: "pretrained/bad-model",
        where: path,
        problem: `onnxruntime-web cannot load it (${firstLine(cause as Error)})`,
        expected: "a complete ONNX file, with operators that onnxruntime-web supports",
        remedy: "Check the URL of configure({ onnxruntime }), or export the model again.",
      },
      { cause },
    );
  }
}

/** What of a network WebAssembly kernels do not have; undefined if they have all. */
function lackingOf(bytes: Uint8Array): string | undefined {
  try {
    const operators = lackingOperators(bytes);
    return operators.length > 0 ? `has ${operators.join(", ")}` : undefined;
  } catch (error) {
    return `cannot be read (${firstLine(error as Error)})`;
  }
}

const noOnnxRuntime = (where: string, lacking: string) =>
  new InputError({
    code: "pretrained/no-onnxruntime",
    where,
    problem: `the network ${lacking}, which metamodal's own kernels do not run`,
    expected: "onnxruntime-web, for such networks",
    remedy: 'Serve its files, and name the module: configure({ onnxruntime: "/ort/ort.wasm.min.mjs" }).',
  });

const gone = (where: string, problem: string, cause?: Error) =>
  new InputError(
    {
      code: "pretrained/gone",
      where,
      problem,
      expected: "the pretrained encoder's file, in pretrained/<modality> of the model's folder",
      remedy: "Put that file there on the server.",
    },
    { cause },
  );

const badInput = (where: string) =>
  new InputError({
    code: "model/bad-card",
    where,
    problem: "the input of the pretrained encoder is not one that metamodal writes",
    expected: "the model.json of a trained model",
    remedy: "Copy the model again.",
  });
