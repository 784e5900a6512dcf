/** Finds files whose extension differs from their format, which other programs may fail to read. */

import { Media, pictureFormat, soundFormat } from "../../../modality/index.js";
import type { Check } from "../types.js";

/** The extensions of each format, as a pattern. */
const endings: Readonly<Record<string, RegExp>> = {
  png: /png/,
  jpeg: /jpe?g|jpe|jfif/,
  webp: /webp/,
  gif: /gif/,
  tiff: /tiff?/,
  avif: /avif/,
  heic: /hei[cf]/,
  bmp: /bmp/,
  ico: /ico/,
  svg: /svg/,
  wav: /wave?/,
  mp3: /mp3/,
  flac: /flac/,
  vorbis: /og[ga]/,
  opus: /og[ga]|opus/,
  aac: /m4a|aac/,
  aiff: /aif[fc]?/,
};

const headBytes = 4096;

export const extensions: Check = {
  name: "extensions",
  summary: "files whose format differs from their extension",
  async run({ dataset, signal }) {
    const evidence: { ids: string[]; detail: string }[] = [];
    for (const { id, where, values } of dataset.rows)
      for (const [name, value] of Object.entries(values)) {
        const kind = dataset.kinds[name]?.kind;
        if (!(value instanceof Media) || (kind !== "image" && kind !== "audio")) continue;
        signal?.throwIfAborted();
        const head = await value.head(headBytes);
        const detected = kind === "image" ? pictureFormat(head) : soundFormat(head);
        const extension = /\.(\w+)$/.exec(value.name)?.[1].toLowerCase();
        if (!("format" in detected) || extension === undefined || !(detected.format in endings)) continue;
        if (new RegExp(`^(?:${endings[detected.format].source})$`).test(extension)) continue;
        evidence.push({ ids: [id], detail: `${where}, file ${value.name}: it holds ${detected.format}` });
      }
    if (evidence.length === 0) return [];
    return [
      {
        severity: "note",
        leakage: false,
        problem: `${evidence.length} ${evidence.length === 1 ? "file is" : "files are"} of another format than the extension says`,
        remedy: "They are read by their contents; rename them for other programs.",
        evidence,
      },
    ];
  },
};
