import { expect, it } from "vitest";
import { float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine, type Tensor } from "../engine/index.js";
import { groupNormalise } from "./group.js";

it("gives each example's groups mean 0 and variance 1, then scales and shifts channels", async () => {
  const [n, height, width, channels] = [3, 4, 5, 16];
  const r = random(1);
  const drawn = (count: number) => Array.from({ length: count }, () => 3 + 2 * r.normal());
  const x = float32(drawn(n * height * width * channels), [n, height, width, channels]);
  const [scale, shift] = [drawn(channels), drawn(channels)];
  const params = { scale: float32(scale, [channels]), shift: float32(shift, [channels]) };
  const program = new Engine({ threads: 1 }).compile(
    (of: Tensor, p: { scale: Tensor; shift: Tensor }) => groupNormalise(of, p),
    [x, params],
  );
  const { data } = (await program.run([x, params])) as typeof x;
  const places = height * width;
  for (let i = 0; i < n; i++)
    for (const group of [0, 1]) {
      const at = Array.from({ length: places * 8 }, (_, k) => [
        (i * places + (k >> 3)) * channels + group * 8 + (k & 7),
        group * 8 + (k & 7),
      ]);
      const values = at.map(([index]) => x.data[index]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      for (const [index, c] of at)
        expect(data[index]).toBeCloseTo(
          ((x.data[index] - mean) / Math.sqrt(variance + 1e-5)) * scale[c] + shift[c],
          3,
        );
    }
});
