/**
 * Reads the official Omniglot archives, unpacked (github.com/brendenlake/omniglot): `images_background`,
 * `images_evaluation`, `strokes_background`, `strokes_evaluation`, or their `_small1` and `_small2` parts,
 * with `Alphabet/character01/0709_01.png` (black ink on white) and `.txt` (lines of `x,y,t`, y up from −105
 * to 0, between START and BREAK).
 *
 * The evaluation set is test; the classes of the background set are split into train and val, 85/15 by seed. Without an
 * evaluation folder no split is written, and classes are split by seed in training.
 */

import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../../base/errors.js";
import { random } from "../../../base/random.js";
import { decodeImage, Media, type Strokes } from "../../../modality/index.js";
import type { Split } from "../../splits.js";
import { type Drawing, frame, shrink } from "./drawing.js";

const imageFolder = /^images_(background|evaluation)/;

/** The drawings below `from` in name order; undefined if no folder there has the official layout. */
export function readOfficial(from: string): Drawing[] | undefined {
  const folders = foldersIn(from).filter((name) => imageFolder.test(name));
  if (folders.length === 0) return undefined;
  const isSplit = folders.some((name) => name.startsWith("images_evaluation"));
  const drawings = new Map<string, Drawing & { part: string }>();
  for (const folder of folders)
    for (const alphabet of foldersIn(join(from, folder)))
      for (const character of foldersIn(join(from, folder, alphabet)))
        for (const file of readdirSync(join(from, folder, alphabet, character)).sort()) {
          const [, id, drawer] = /^(\d+_(\d+))\.png$/.exec(file) ?? [];
          if (!id || drawings.has(id)) continue;
          const path = join(folder, alphabet, character, file);
          const strokesPath = path.replace("images_", "strokes_").replace(/png$/, "txt");
          drawings.set(id, {
            id,
            label: `${alphabet}/${character}`,
            group: `${alphabet}/${drawer}`,
            part: imageFolder.exec(folder)![1],
            image: () => readImage(from, path),
            strokes: () => readStrokes(from, strokesPath),
          });
        }
  const background = [...drawings.values()].filter(({ part }) => part === "background");
  const classes = [...new Set(background.map(({ label }) => label))].sort();
  const val = new Set(random(0, "omniglot-val").sample(classes, Math.round(0.15 * classes.length)));
  return [...drawings.values()].map(({ part, ...drawing }) => {
    const split: Split = part === "evaluation" ? "test" : val.has(drawing.label) ? "val" : "train";
    return isSplit ? { ...drawing, split } : drawing;
  });
}

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();

async function readImage(from: string, path: string): Promise<Uint8Array> {
  const media = new Media(path, () => readFile(join(from, path)));
  const { width, height, channels, data } = await decodeImage(media, from);
  if (width !== frame || height !== frame)
    throw new InputError({
      code: "omniglot/bad-image",
      where: path,
      problem: `the image is ${width}×${height}`,
      expected: `an official image of ${frame}×${frame} pixels`,
      remedy: "Download the archive again.",
    });
  return shrink(Uint8Array.from({ length: frame * frame }, (_, i) => 255 - data[i * channels]));
}

async function readStrokes(from: string, path: string): Promise<Strokes | undefined> {
  let text: string;
  try {
    text = await readFile(join(from, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const strokes: [number, number][][] = [[]];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === "START" || line === "") continue;
    if (line === "BREAK") {
      strokes.push([]);
      continue;
    }
    const [x, y] = line.split(",").map(Number);
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw badStroke(`${path}:${i + 1}`, line);
    const point: [number, number] = [half(x), half(-y)];
    const last = strokes.at(-1)!.at(-1);
    if (last?.[0] !== point[0] || last[1] !== point[1]) strokes.at(-1)!.push(point);
  }
  const drawn = strokes.filter((stroke) => stroke.length > 0);
  return drawn.length ? drawn : undefined;
}

/** Rounded to half a pixel; + 0 turns −0 into 0. */
const half = (value: number) => Math.round(value * 2) / 2 + 0;

const badStroke = (where: string, line: string) =>
  new InputError({
    code: "omniglot/bad-strokes",
    where,
    problem: `the line is ${JSON.stringify(line.slice(0, 40))}`,
    expected: "START, BREAK or x,y,t",
    remedy: "Download the archive again.",
  });
