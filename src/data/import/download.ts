/** The source of an importer: a local folder, or an archive that is downloaded and unpacked into a temporary folder. */

import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { unzipSync } from "fflate";
import { extract } from "tar";
import { InputError } from "../../base/errors.js";
import { checkPath } from "../../base/given.js";

const GiB = 2 ** 30;
/** Limit of the unpacked size of an archive. */
const mostBytes = 16 * GiB;
/** Limit of the size of a zip archive, which is held in memory. */
const mostZipBytes = GiB;

/** Call `use` with the folder of `source`: a path, or the http(s) URL of a `.zip` or `.tar.gz`. */
export async function withSource<Out>(
  source: string,
  signal: AbortSignal | undefined,
  use: (folder: string) => Promise<Out>,
): Promise<Out> {
  checkPath(source, "the source of an import");
  if (!/^https?:\/\//i.test(source)) {
    if (!(await isFolder(source))) throw noFolder(source);
    return use(source);
  }
  const folder = await mkdtemp(join(tmpdir(), "metamodal-import-"));
  try {
    await unpack(source, folder, signal);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Download an archive and unpack its plain files into `folder`. */
async function unpack(address: string, folder: string, signal?: AbortSignal): Promise<void> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok || !response.body) throw new Error(`the server responds with ${response.status}`);
    if (/\.zip$/i.test(new URL(address).pathname))
      return unzip(new Uint8Array(await response.arrayBuffer()), folder);
    let length = 0;
    const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        length += piece.length;
        if (length > mostBytes) throw new Error("it unpacks to more than 16 GiB");
        yield piece;
      }
    };
    const files = extract({
      cwd: folder,
      strict: true,
      filter: (_, entry) => "type" in entry && isPlain(entry.type),
    });
    // Cast: `fetch` returns the DOM's stream type, which is not the one that `node:stream/web` declares.
    await pipeline(Readable.fromWeb(response.body as never), createGunzip(), counted, files);
  } catch (error) {
    if ((error as Error).name === "AbortError" || error instanceof InputError) throw error;
    throw noArchive(address, error as Error);
  }
}

const isPlain = (type: string) => ["File", "OldFile", "ContiguousFile", "Directory"].includes(type);

function unzip(bytes: Uint8Array, folder: string): void {
  let length = 0;
  const filter = ({ originalSize }: { originalSize: number }) => {
    length += originalSize;
    if (length > mostZipBytes) throw new Error("it unpacks to more than 1 GiB");
    return true;
  };
  for (const [name, content] of Object.entries(unzipSync(bytes, { filter }))) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep) || name.includes("\\"))
      throw new Error(`the member "${name}" leaves the archive`);
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

const noFolder = (where: string) =>
  new InputError({
    code: "import/no-folder",
    where,
    problem: "there is no such folder",
    expected: "a folder, or the http(s) URL of an archive",
    remedy: "Check the path.",
  });

const noArchive = (where: string, cause: Error) =>
  new InputError(
    {
      code: "import/no-archive",
      where,
      problem: `the archive cannot be downloaded (${[cause.message, (cause.cause as Error)?.message].filter(Boolean).join(": ")})`,
      expected: "the URL of an intact .zip or .tar.gz",
      remedy: "Check the URL, or download and unpack it yourself and give the folder.",
    },
    { cause },
  );
