import { expect, it } from "vitest";
import type { ModalitySpec } from "../modality/index.js";
import { parseRecipe } from "../model/recipe.js";
import { wayThatFits } from "./memory.js";

const spec = (kind: string, ...shape: number[]) => ({ x: { kind, shape } as unknown as ModalitySpec });
const recipe = (fields: object = {}) => parseRecipe(fields, "test");

it("leaves the usual way to examples of usual sizes", () => {
  const sizes = [spec("image", 3, 84, 84), spec("audio", 2, 40, 256), spec("strokes", 5, 4096)];
  for (const specs of sizes) expect(wayThatFits(specs, recipe())).toBeGreaterThanOrEqual(20);
  expect(wayThatFits(spec("vector", 4096), recipe())).toBeGreaterThanOrEqual(20);
});

it("has fewer classes of photographs, fewer yet with inner steps or shots, and never fewer than two", () => {
  const photos = spec("image", 3, 224, 224);
  const ways = [
    recipe(),
    recipe({ episode: { shot: 5 } }),
    recipe({ learner: { name: "maml", innerSteps: 5 }, episode: { shot: 5 } }),
  ].map((asked) => wayThatFits(photos, asked));
  expect(ways).toEqual([...ways].sort((a, b) => b - a));
  expect(ways[0]).toBeLessThan(20);
  expect(new Set(ways).size).toBe(3);
  expect(wayThatFits(spec("image", 3, 1024, 1024), recipe())).toBe(2);
});

it("counts all modalities", () => {
  const photos = spec("image", 3, 224, 224);
  const both = { ...photos, y: photos.x };
  expect(wayThatFits(both, recipe())).toBeLessThanOrEqual(Math.ceil(wayThatFits(photos, recipe()) / 2));
});
