/** What `predict` is given: folders, archives, files that belong together, and what is left out. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type Files, folders, jsonl } from "../../test/support/folders.js";
import { packed, packings } from "../../test/support/packed.js";
import { createDataset, planModalities } from "../data/index.js";
import { openInputs } from "./inputs.js";

const folder = folders();
const raw = { width: 4, height: 4, channels: 1 } as const;
const png = await sharp(new Uint8Array(16), { raw }).png().toBuffer();
const data = createDataset({
  name: "d",
  examples: ["a", "b"].map((label) => ({ label, image: png, text: `a ${label}` })),
});
const specs = await planModalities(data, undefined, data.rows);
const images = await planModalities(data, ["image"], data.rows);

const read = async (paths: readonly string[], by = specs) => {
  const inputs = await openInputs(paths, { modalities: by });
  return {
    rows: inputs.flatMap(({ rows }) =>
      rows.map(({ id, values }) => [id, ...Object.keys(values).sort()].join(" ")),
    ),
    notices: inputs.flatMap(({ notices }) => notices.map(({ code }) => code)),
  };
};

describe.each(packings)("a %s", (packing) => {
  it.each<[string, Files, string[], string[]]>([
    ["of loose files", { "b.png": png, "a 1.png": png }, ["a 1.png image", "b.png image"], []],
    [
      "of class folders",
      { "cat/1.png": png, "dog/1.png": png },
      ["cat/1.png image", "dog/1.png image"],
      ["input/folders"],
    ],
    [
      "of nested folders",
      { "x/y/1.png": png, "x/2.png": png },
      ["x/2.png image", "x/y/1.png image"],
      ["input/folders"],
    ],
    [
      "of files of one name",
      { "1.png": png, "1.txt": "a", "2.txt": "b" },
      ["1 image,text", "2.txt text"],
      [],
    ],
    [
      "of parallel folders",
      { "images/1.png": png, "texts/1.txt": "a" },
      ["1 image,text"],
      ["files/parallel"],
    ],
    [
      "with litter",
      { "1.png": png, "Thumbs.db": "x", "._1.png": "x", "__MACOSX/._1.png": "x" },
      ["1.png image"],
      [],
    ],
    ["with other files", { "1.png": png, "notes.docx": "x" }, ["1.png image"], ["files/left-out"]],
    [
      "with splits",
      { "metadata.jsonl": jsonl({ split: "train", text: "a" }, { split: "test", text: "b" }) },
      ["row-1 text", "row-2 text"],
      ["input/splits"],
    ],
  ])("%s", async (_, files, rows, notices) => {
    const found = await read([packed(folder, files, packing)]);
    expect(found).toEqual({ rows: rows.map((row) => row.replaceAll(",", " ")), notices });
  });
});

it("leaves out kinds that the model does not take, and refuses a folder of these alone", async () => {
  const files = { "1.png": png, "1.txt": "a", "2.txt": "b" };
  expect(await read([folder(files)], images)).toEqual({ rows: ["1 image"], notices: ["input/other-kinds"] });
  await expect(read([folder({ "1.wav": "RIFF" })])).rejects.toThrow(
    /^1\.wav: it is audio, and the model takes no audio; .*Give image or text/,
  );
});

it("reads files of one name as one example, and the others alone", async () => {
  const at = folder({ "1.png": png, "1.txt": "a", "2.png": png, other: png });
  const paths = ["1.png", "2.png", "1.txt", "other"].map((name) => join(at, name));
  expect(await read(paths)).toEqual({
    rows: [`${paths[0]} image text`, `${paths[1]} image`, `${paths[3]} image`],
    notices: ["files/joined", "input/sniffed"],
  });
});

it("ignores what says nothing to a prediction, and names everything that is bad", async () => {
  const at = folder({ "q.jsonl": jsonl({ label: ["x"], split: "holdout", group: {}, text: "a" }) });
  expect((await read([join(at, "q.jsonl")])).rows).toHaveLength(1);
  writeFileSync(join(at, "x.csv"), "");
  await expect(read(["no.png", join(at, "x.csv"), "gone.png"].map((name) => name))).rejects.toThrow(
    /^no\.png: there is no such file or folder; 3 in all, .*x\.csv: .*gone\.png/,
  );
});
