/**
 * W12 to W14: values embedded by the built-in encoders, from the bytes of files to raw vectors, without the cache. The peers
 * run the same networks on the same files in ONNX Runtime for Python, decoded with Pillow; they compute the network's vector
 * only, and texts are tokenised for them.
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dequantised } from "../../../src/engine/run/dequantise.js";
import { readEncoder } from "../../../src/modality/builtin/files.js";
import { rawVectors } from "../../../src/modality/builtin/index.js";
import { PieceTokenizer, parsePieces } from "../../../src/modality/builtin/pieces.js";
import type { ModalityKind } from "../../../src/modality/modality.js";
import { photos, shortTexts, sounds } from "../media.js";
import type { Workload } from "./types.js";

interface Embedding {
  readonly id: string;
  readonly description: string;
  readonly kind: ModalityKind;
  /** Values per call, and their number. */
  readonly values: (count: number) => Promise<readonly unknown[]>;
  readonly count: number;
}

const embeddings: readonly Embedding[] = [
  {
    id: "W12",
    description: "JPEG photos of 640×480 to the vectors of the built-in encoders, 64 per call",
    kind: "image",
    values: photos,
    count: 64,
  },
  {
    id: "W13",
    description: "texts of 4 to 12 words to the vectors of the built-in encoders, 640 per call",
    kind: "text",
    values: async (count) => shortTexts(count),
    count: 640,
  },
  {
    id: "W14",
    description: "WAV sounds of 2 s to the vectors of the built-in encoders, 32 per call",
    kind: "audio",
    values: async (count) => sounds(count),
    count: 32,
  },
];

export const builtinEmbeddings = embeddings.map(
  ({ id, description, kind, values, count }): Workload => ({
    id,
    description,
    tasks: count,
    async start() {
      const placed = (await values(count)).map((value, i) => ({ value, where: `${id}, value ${i}` }));
      return { runUnit: () => rawVectors(kind, placed) };
    },
    async writePeerData(folder) {
      const contents = await values(count);
      await writeFile(join(folder, "network.onnx"), dequantised(await readEncoder(`${kind}.onnx`)));
      if (kind === "text") await writeTokens(contents as readonly string[], folder);
      else
        for (const [i, bytes] of contents.entries())
          await writeFile(join(folder, String(i).padStart(4, "0")), bytes as Uint8Array);
    },
  }),
);

/** Write the network's token ids of each text. */
async function writeTokens(texts: readonly string[], folder: string): Promise<void> {
  const vocabulary = new TextDecoder().decode(await readEncoder("text-vocabulary.tsv"));
  const tokenizer = new PieceTokenizer(parsePieces(vocabulary));
  const ids = texts.map((each) => tokenizer.encode(each).ids);
  await writeFile(join(folder, "tokens.json"), JSON.stringify(ids));
}
