/**
 * Finds the files of a frozen encoder: an ONNX file; a folder in the layout of transformers.js (`onnx/model.onnx`,
 * `tokenizer.json`, `preprocessor_config.json`); or a model id, whose folder is on this machine or is downloaded by
 * @huggingface/transformers if that is installed.
 */

import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, posix, resolve } from "node:path";
import { InputError } from "../../base/errors.js";
import { cacheFolder } from "./cache.js";

/** Where the files of a model are: its folder, and the path of its ONNX file in it. */
interface ModelFiles {
  readonly folder: string;
  readonly onnx: string;
}

const idPattern = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** The absolute path of a model on disk; a model id unchanged. */
export const absolute = (model: string): string => (existsSync(model) ? resolve(model) : model);

/** The folders to look for a model id in: first the one for models copied by hand, then the Hugging Face cache. */
function foldersOfId(id: string): string[] {
  const hub =
    process.env.HF_HUB_CACHE || join(process.env.HF_HOME || join(homedir(), ".cache/huggingface"), "hub");
  const snapshots = join(hub, `models--${id.replace("/", "--")}`, "snapshots");
  const versions = isFolder(snapshots) ? readdirSync(snapshots).map((name) => join(snapshots, name)) : [];
  return [join(cacheFolder(), "models", id), ...versions];
}

/** Find the model of a recipe; `names` are the ONNX files to look for in a folder. `where` names the recipe field in errors. */
export async function findModelFiles(
  model: string,
  file: string | undefined,
  names: readonly string[],
  where: string,
): Promise<ModelFiles> {
  if (isFile(model)) return besideTokenizer(resolve(model));
  const files = file ? [file] : names.flatMap((name) => [`onnx/${name}.onnx`, `${name}.onnx`]);
  const inFolder = (folder: string) => files.find((path) => isFile(join(folder, path)));
  const isWhole = (folder: string) => inFolder(folder) !== undefined;
  const folder = isFolder(model) ? resolve(model) : await folderOfId(model, isWhole, where);
  const onnx = inFolder(folder);
  if (onnx) return { folder, onnx };
  throw new InputError({
    code: "pretrained/no-onnx",
    where,
    problem: `${folder} has no ${file ?? "ONNX file of a usual name"}`,
    expected: file ? "a file of that name" : files.join(" or "),
    remedy: "Set `file` to the path of the ONNX file in the folder.",
  });
}

/** The folder of an ONNX file. In a folder `onnx`, it belongs to the parent folder, as in the layout of transformers.js. */
function besideTokenizer(path: string): ModelFiles {
  const folder = dirname(path);
  if (basename(folder) !== "onnx") return { folder, onnx: basename(path) };
  return { folder: dirname(folder), onnx: `onnx/${basename(path)}` };
}

async function folderOfId(
  model: string,
  isWhole: (folder: string) => boolean,
  where: string,
): Promise<string> {
  const bad = (problem: string, expected: string, remedy: string, cause?: unknown) =>
    new InputError({ code: "pretrained/no-model", where, problem, expected, remedy }, { cause });
  if (!idPattern.test(model) || /\.onnx$/.test(model))
    throw bad(
      `there is no file or folder "${model}"`,
      "an ONNX file, a folder with one, or a model id: owner/name",
      "Check the path, which is relative to the recipe's folder.",
    );
  const onDisk = foldersOfId(model).find(isWhole);
  if (onDisk) return onDisk;
  const name = "@huggingface/transformers";
  const library = await import(name).catch((cause) => {
    throw bad(
      `the model ${model} is not on this machine`,
      `its files in ${foldersOfId(model)[0]}, or ${name} to download them`,
      `Run npm install --ignore-scripts ${name}, or copy the model's folder there.`,
      cause,
    );
  });
  try {
    return await downloaded(library, model);
  } catch (cause) {
    throw bad(
      `the model ${model} cannot be downloaded (${(cause as Error).message.split("\n")[0]})`,
      "a model with ONNX files, and a connection to download it once",
      `Check the id, or copy the model's folder to ${foldersOfId(model)[0]}.`,
      cause,
    );
  }
}

/** The part of @huggingface/transformers used here, which downloads the files of a model into a folder. */
interface Transformers {
  readonly env: { cacheDir: string };
  readonly AutoModel: Downloads<{ dispose(): Promise<unknown> }>;
  readonly AutoTokenizer: Downloads<unknown>;
  readonly AutoProcessor: Downloads<unknown>;
}
interface Downloads<T> {
  from_pretrained(id: string, options?: object): Promise<T>;
}

async function downloaded({ env, AutoModel, AutoTokenizer, AutoProcessor }: Transformers, id: string) {
  const before = env.cacheDir;
  const folder = join(cacheFolder(), "models");
  env.cacheDir = folder;
  try {
    // A model has one or both. They are downloaded first: once the model itself is on disk, no download is attempted again.
    await Promise.allSettled([AutoTokenizer.from_pretrained(id), AutoProcessor.from_pretrained(id)]);
    const model = await AutoModel.from_pretrained(id, { dtype: "fp32" });
    await model.dispose();
  } finally {
    env.cacheDir = before;
  }
  return join(folder, id);
}

/** The SHA-256 of a file. */
async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(bytes as Uint8Array);
  return hash.digest("hex");
}

/** Digests of the files of a model: the ONNX file, its external weights, and those of `others` that exist. */
export async function digestsOf(
  { folder, onnx }: ModelFiles,
  others: readonly string[],
): Promise<Record<string, string>> {
  const weights = readdirSync(dirname(join(folder, onnx)))
    .filter((name) =>
      [`${basename(onnx)}_data`, `${basename(onnx)}.data`].some((start) => name.startsWith(start)),
    )
    .map((name) => posix.join(posix.dirname(onnx), name))
    .sort();
  const files = [onnx, ...weights, ...others.filter((name) => isFile(join(folder, name)))];
  const digests: Record<string, string> = {};
  for (const name of files) digests[name] = await digestOfFile(join(folder, name));
  return digests;
}

/** The folder of a stored model, after checking that its files are unchanged; `beside` is another folder to look in. */
export async function foundAgain(
  model: string,
  files: Readonly<Record<string, string>>,
  where: string,
  beside: string | undefined,
): Promise<string> {
  const names = Object.keys(files);
  const stored = isFile(model)
    ? [besideTokenizer(model).folder]
    : idPattern.test(model)
      ? foldersOfId(model)
      : [model];
  const folders = [...stored, ...(beside === undefined ? [] : [beside])];
  const folder = folders.find((path) => names.every((name) => isFile(join(path, name))));
  const bad = (problem: string, expected: string, remedy: string) =>
    new InputError({ code: "pretrained/gone", where, problem, expected, remedy });
  if (folder === undefined)
    throw bad(
      `its pretrained encoder is missing: ${model}`,
      `${names.join(", ")} there${beside === undefined ? "" : `, or in ${beside}`}`,
      "Put the files back, or copy them there.",
    );
  for (const [name, digest] of Object.entries(files))
    if ((await digestOfFile(join(folder, name))) !== digest)
      throw bad(
        `${join(folder, name)} is not the file that the model was trained with`,
        `the one whose SHA-256 is ${digest}`,
        "Put that file back, or train the model again.",
      );
  return folder;
}
