/** The network of the audio encoder and its levels compute what the original networks do (golden/README.md). */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { encodeOnnx } from "../../src/engine/lower/onnx.js";
import { networkLevels, spectrogram } from "../../src/modality/builtin/sound.js";
import { audioNetwork, audioSource } from "./audio.js";
import { goldenSounds } from "./golden/audio.js";
import { folderOf } from "./packages.js";

const WIDTH = 96;
const folder = folderOf(audioSource.package!);

it.skipIf(folder === undefined)(
  "windows of the audio encoder in float32 differ from the original by at most 1e-5 of its largest value",
  async () => {
    const model = readFileSync(join(folder!, "models", "embedding_model.onnx"));
    const session = await InferenceSession.create(encodeOnnx(audioNetwork(model), 17));
    for (const { name, samples, windows } of goldenSounds) {
      const spectrum = spectrogram(samples);
      const data = networkLevels(spectrum).map((level) => level / 10 + 2);
      const out = await session.run({ levels: new Tensor("float32", data, [1, 1, spectrum.frames, 32]) });
      const count = windows.length / WIDTH;
      expect(out.windows.dims).toEqual([1, WIDTH, count]);
      let most = 0;
      for (let w = 0; w < count; w++)
        for (let i = 0; i < WIDTH; i++)
          most = Math.max(most, Math.abs(windows[w * WIDTH + i] - Number(out.windows.data[i * count + w])));
      expect(most / Math.max(...windows.map(Math.abs)), name).toBeLessThan(1e-5);
    }
  },
);
