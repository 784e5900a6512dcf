import { describe, expect, it } from "vitest";
import { InputError } from "../base/errors.js";
import type { ImageSpec } from "../modality/index.js";
import { decodeCard, encodeCard, type ModelCard } from "./card.js";
import { FORMAT_VERSION } from "./migration.js";
import { parseRecipe } from "./recipe.js";

const card: ModelCard = {
  recipe: parseRecipe({ modalities: ["image"], encoders: { image: "conv4" }, seed: 7 }, "test"),
  modalities: { image: { kind: "image", shape: [1, 16, 16], mean: [0.5], std: [0.2] } as ImageSpec },
  classes: { train: ["a", "b"], val: [], test: ["c"] },
  data: { name: "tiny", licence: "CC0", rows: 9, unusedRows: 1 },
  training: {
    steps: 5,
    selectedStep: 3,
    validation: { accuracy: 0.5, halfWidth: 0.1, way: 2, shot: 1, episodes: 4 },
  },
  certainty: null,
  alone: ["image"],
  libraries: { metamodal: "0.1.0" },
};
const json = () => JSON.parse(encodeCard(card, {}));
const changed = (change: object) => JSON.stringify({ ...json(), ...change });
const decode = (text: string) => () => decodeCard(text, "m/model.json");

describe("model.json", () => {
  it("gives back what was stored", () => {
    expect(decodeCard(encodeCard(card, {}), "m/model.json")).toEqual(card);
  });

  it("keeps what a later minor version adds out of the way", () => {
    expect(decodeCard(changed({ added: 1 }), "m/model.json")).toMatchObject({ alone: ["image"] });
  });

  it("refuses another version and says what to do", () => {
    expect(decode(changed({ version: FORMAT_VERSION + 1 }))).toThrow(
      /^m\/model.json: field "version" is 4; expected 1 to 3.*Update metamodal/,
    );
    expect(decode(changed({ version: 0 }))).toThrow(/Train the model again/);
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["null", "null"],
    ["another format", changed({ format: "other" })],
    ["no version", changed({ version: undefined })],
    ["a shape of zero", changed({ modalities: { image: { kind: "image", shape: [0] } } })],
    ["no classes", changed({ classes: {} })],
    ["a recipe with an unknown key", changed({ recipe: { nonsense: 1 } })],
    ["no recipe", changed({ recipe: undefined })],
    ["a model alone that leads out of the folder", changed({ alone: ["../../elsewhere"] })],
    ["a model alone at a root", changed({ alone: ["/etc"] })],
  ])("refuses %s, naming the file", (_, text) => {
    expect(decode(text)).toThrow(InputError);
    expect(decode(text)).toThrow(/^m\/model.json/);
  });

  it("refuses a text cut off anywhere", () => {
    const text = encodeCard(card, {}).trimEnd();
    for (let end = 0; end < text.length; end += 17) expect(decode(text.slice(0, end))).toThrow(InputError);
  });
});
