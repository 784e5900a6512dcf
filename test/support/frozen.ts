/** Pretrained encoders planned from a model file, with a temporary cache that is removed after the test file. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { frozenModality, planFrozen } from "../../src/modality/pretrained/index.js";

/** Set METAMODAL_CACHE to a temporary folder for all tests of the file. Returns its path. */
export function ownCache(): string {
  const cache = mkdtempSync(join(tmpdir(), "metamodal-embeddings-"));
  beforeAll(() => {
    vi.stubEnv("METAMODAL_CACHE", cache);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });
  return cache;
}

/** Prefix the paths of files with the folder `name`. */
export const within = (name: string, files: Record<string, string | Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]));

/** An image whose pixel values encode their positions. */
export const picture = (width: number, height: number) => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256),
});

/** Plan a modality with the pretrained encoder `model` from its first value. */
export const plan = (kind: string, model: string, options: object = {}, value: unknown = picture(8, 8)) =>
  planFrozen(
    kind,
    [{ value, where: "row 1" }],
    { model, pooling: "mean", ...options },
    'recipe, field "encoders.x"',
  );
export type Spec = Awaited<ReturnType<typeof plan>>;

/** Embed a value. */
export const embed = async (spec: Spec, value: unknown) => [
  ...(await frozenModality.encode(value, spec, "row 2")),
];

/** Assert that an embedding equals the expected one up to rounding. */
export const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i] - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
};
