/**
 * The built-in encoders of pen drawings, in any of the forms that the strokes kind reads:
 *
 * - `network` `[128]`: temporal convolutions over 64 points, [5, 64], as the strokes kind encodes them (../strokes/strokes.ts),
 *   meta-trained on the drawings of Omniglot's train classes (encoders/README.md)
 * - `picture` `[896]`: the network of images on the drawing as a picture (drawing.ts)
 */

import { utf8Bytes } from "../../base/bytes.js";
import { concurrently } from "../../base/concurrently.js";
import { drawingOf } from "../strokes/forms.js";
import { strokes as kind } from "../strokes/strokes.js";
import type { Strokes } from "../strokes/types.js";
import { drawingImage } from "./drawing.js";
import { hasEncoder } from "./files.js";
import { image, imageNetwork } from "./image.js";
import { BuiltinNetwork } from "./network.js";
import type { BuiltinKind } from "./types.js";

const FILE = "strokes.onnx";
const WIDTH = 128;
const spec = { kind: "strokes", shape: [5, 64] } as const;
const picture = image.encoders[0];
/** Drawings that are prepared ahead of the networks, per thread. */
const AHEAD = 2;

export const strokes: BuiltinKind = {
  kind: "strokes",
  version: 1,
  encoders: [
    { name: "network", length: WIDTH, files: [FILE] },
    { ...picture, name: "picture" },
  ],

  async contents(value, where) {
    const drawing = drawingOf(value) ?? value;
    await kind.check(drawing, where);
    return { bytes: utf8Bytes(JSON.stringify(drawing)), value: drawing, where };
  },

  embed: (contents) =>
    concurrently(contents, AHEAD * BuiltinNetwork.of(FILE).threads, async ({ value, where }) => {
      const drawing = value as Strokes;
      const [network, rendered] = await Promise.all([
        hasEncoder(FILE) ? networkEmbedding(await kind.encode(drawing, spec, where)) : undefined,
        imageNetwork(() => drawingImage(drawing)),
      ]);
      return { ...(network && { network }), ...(rendered && { picture: rendered }) };
    }),
};

async function networkEmbedding(data: Float32Array): Promise<Float32Array> {
  const feeds = { strokes: { type: "float32" as const, shape: [1, ...spec.shape], data } };
  return (await BuiltinNetwork.of(FILE).run(feeds, "embedding")).data;
}
