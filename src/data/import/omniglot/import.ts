/** Imports Omniglot (Lake, Salakhutdinov, Tenenbaum, 2015) as a data folder of images and pen strokes. */

import { existsSync, readdirSync } from "node:fs";
import { InputError } from "../../../base/errors.js";
import { checkPath } from "../../../base/given.js";
import { loadSharp } from "../../../base/sharp.js";
import type { Strokes } from "../../../modality/index.js";
import { splits } from "../../splits.js";
import { gzip, newFolderPlace, tar, writeNewFolder } from "../write.js";
import { readArrays } from "./arrays.js";
import { type Drawing, side } from "./drawing.js";
import { omniglotLicence } from "./licence.js";
import { readOfficial } from "./official.js";

/** The result of {@link importOmniglot}. */
export interface OmniglotSummary {
  rows: number;
  /** Number of classes by split; `unsplit` if the source has no evaluation set. */
  classes: Record<string, number>;
  files: { name: string; bytes: number }[];
}

/** Number of images encoded concurrently. */
const together = 64;

type Pair = Drawing & { drawn: Strokes };

/**
 * Convert Omniglot (Lake, Salakhutdinov, Tenenbaum, 2015) to a data folder of its complete pairs of image and strokes:
 * `metadata.jsonl.gz`, image shards, `dataset.json` and LICENSE. `from` is a folder with the unpacked official archives, or
 * the flat arrays; `to` is a new folder. Labels are `Alphabet/character01`, groups are drawers. The bytes depend on the
 * source only (for one version of zlib and sharp).
 *
 * @throws {InputError} `omniglot/unknown-layout`, `omniglot/…` for damaged files, `data/folder-not-empty` for `to`.
 * @example const { classes } = await importOmniglot("omniglot-archives", "omniglot");
 */
export async function importOmniglot(
  from: string,
  to: string,
  options: { signal?: AbortSignal } = {},
): Promise<OmniglotSummary> {
  const { signal } = options;
  checkPath(from, "the source of an import");
  newFolderPlace(to);
  if (!existsSync(from)) throw unknownLayout(from, "there is no such folder");
  const drawings = (await readArrays(from)) ?? readOfficial(from) ?? noLayout(from);
  const pairs: Pair[] = [];
  for (const drawing of drawings) {
    signal?.throwIfAborted();
    const drawn = await drawing.strokes();
    if (drawn) pairs.push({ ...drawing, drawn });
  }
  if (pairs.length === 0) throw unknownLayout(from, "no image has strokes");

  const lines: string[] = [];
  const shards: [string, Uint8Array][] = [];
  const classes: Record<string, number> = {};
  for (const split of [...splits, undefined]) {
    const kept = pairs.filter((pair) => pair.split === split);
    if (kept.length === 0) continue;
    const name = split ?? "unsplit";
    const shard = `images-${name}.tar.gz`;
    const images: [string, Uint8Array][] = [];
    for (let from = 0; from < kept.length; from += together) {
      signal?.throwIfAborted();
      const some = kept.slice(from, from + together);
      const pngs = await Promise.all(some.map(async ({ image }) => toPng(await image())));
      images.push(...some.map(({ id }, i): [string, Uint8Array] => [`${id}.png`, pngs[i]]));
    }
    for (const { id, label, group, drawn } of kept)
      lines.push(
        JSON.stringify({ id, label, split, group, image_file_name: `${shard}/${id}.png`, strokes: drawn }),
      );
    classes[name] = new Set(kept.map(({ label }) => label)).size;
    shards.push([shard, gzip(tar(images))]);
  }
  const card = {
    name: "omniglot",
    licence: "MIT",
    modalities: { image: { kind: "image", size: side, channels: 1 }, strokes: { kind: "strokes" } },
  };
  const files: [string, Uint8Array][] = [
    ["LICENSE", Buffer.from(omniglotLicence)],
    ["dataset.json", Buffer.from(`${JSON.stringify(card, null, 2)}\n`)],
    ...shards,
    ["metadata.jsonl.gz", gzip(`${lines.join("\n")}\n`)],
  ];
  await writeNewFolder(to, files);
  return {
    rows: lines.length,
    classes,
    files: files.map(([name, bytes]) => ({ name, bytes: bytes.length })),
  };
}

/** An uncompressed grey PNG: the gzip of the shard compresses many similar images better. */
async function toPng(pixels: Uint8Array): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .toColourspace("b-w")
    .png({ compressionLevel: 0 })
    .toBuffer();
}

function noLayout(from: string): never {
  const zips = readdirSync(from).filter((file) => /^(images|strokes)_.*\.zip$/.test(file));
  throw unknownLayout(from, zips.length ? `${zips.join(", ")} are not unpacked` : "the layout is unknown");
}

const unknownLayout = (where: string, problem: string) =>
  new InputError({
    code: "omniglot/unknown-layout",
    where,
    problem,
    expected: "folders images_background and strokes_background (and …_evaluation) of the official archives",
    remedy: "Unzip the archives of github.com/brendenlake/omniglot into this folder.",
  });
