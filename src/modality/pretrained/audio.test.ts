/** What a frozen encoder of sound is fed. */

import { join } from "node:path";
import { expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { close, embed, ownCache, plan } from "../../../test/support/frozen.js";
import { drawn, soundModel } from "../../../test/support/onnx.js";

ownCache();
const folder = folders();

it("a frozen encoder of sound resamples, and takes the middle of what is too long", async () => {
  const path = join(folder({ "m.onnx": soundModel(64) }), "m.onnx");
  const wave = (n: number) => ({
    sampleRate: 8000,
    samples: Float32Array.from({ length: n }, (_, i) => Math.sin(i)),
  });
  const spec = await plan("audio", path, { rate: 8000 }, wave(64));
  const filters = drawn({ name: "filters", shape: [4, 1, 8] });
  const loudness = (x: Float32Array) =>
    Array.from({ length: 4 }, (_, k) => {
      const at = (place: number) =>
        Math.abs(
          Array.from({ length: 8 }, (_, i) => x[4 * place + i] * filters[8 * k + i]).reduce((a, b) => a + b),
        );
      return Array.from({ length: 15 }, (_, place) => at(place)).reduce((a, b) => a + b) / 15;
    });
  const long = wave(100);
  close(await embed(spec, long), loudness(long.samples.slice(18, 82)));
  const short = wave(30);
  const filled = new Float32Array(64);
  filled.set(short.samples);
  close(await embed(spec, short), loudness(filled));
  // Half the rate, twice the samples.
  const free = await plan(
    "audio",
    join(folder({ "m.onnx": soundModel("n") }), "m.onnx"),
    { rate: 16_000 },
    wave(400),
  );
  expect(free.frozen.input).toMatchObject({ rate: 16_000, fixed: false });
  const tone = (rate: number) => ({
    sampleRate: rate,
    samples: Float32Array.from({ length: rate / 10 }, (_, i) => Math.sin((2 * Math.PI * 200 * i) / rate)),
  });
  const [slow, fast] = [await embed(free, tone(8000)), await embed(free, tone(16_000))];
  for (const [k, value] of fast.entries()) expect(Math.abs(slow[k] - value)).toBeLessThan(0.05);
});
