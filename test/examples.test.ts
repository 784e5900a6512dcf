/** The `@example` of every exported function, class and method runs against the built package. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../src/index.js";
import { callablesIn } from "./support/public-api.js";

const built = join(import.meta.dirname, "../dist/bundle/index.js");
const callables = callablesIn(join(import.meta.dirname, "../src/index.ts"));

it("documents every exported function, class and method, with an example", () => {
  expect(callables.length).toBeGreaterThan(30);
  expect(callables.filter(({ summary }) => !/^\S.*\.$/s.test(summary)).map(({ name }) => name)).toEqual([]);
  expect(callables.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
});

const flowers = ["ox-eye", "poppy", "clover", "thistle", "sorrel", "yarrow", "mallow", "vetch"];
const petals = ["white ray florets", "red petals", "a pink head", "a purple head"];

/** A grey picture of 16 × 16 pixels. */
const pictureOf = async (k: number, i: number): Promise<Uint8Array> => {
  const pixels = Uint8Array.from(
    { length: 256 },
    (_, p) => (37 * k + 11 * ((p * (k + 2)) % 17) + 5 * i) % 256,
  );
  const raw = { width: 16, height: 16, channels: 1 } as const;
  return sharp(pixels, { raw }).png().toBuffer();
};

const drawings = ["background", "evaluation"].flatMap((part, p) =>
  [1, 2, 3, 4].map((drawer) => [part, `Latin/character0${p + 1}`, `000${p + 1}_0${drawer}`]),
);

/** The files that examples name, without those of flowers. */
async function filesOf(): Promise<Record<string, string | Uint8Array>> {
  const side = { width: 105, height: 105, channels: 3, background: "#ffffff" } as const;
  const blank = await sharp({ create: side }).toColourspace("b-w").png().toBuffer();
  const words = ["yes", "no", "up", "down"];
  const omniglot = drawings.flatMap(([part, character, id]) => [
    [`omniglot-archives/images_${part}/${character}/${id}.png`, blank],
    [`omniglot-archives/strokes_${part}/${character}/${id}.txt`, "START\n1,-2,0\n3,-4,10\nBREAK\n"],
  ]);
  const clips = words.flatMap((word) =>
    ["aa", "bb", "cc"].map((speaker) => [`speech_commands_v0.02/${word}/${speaker}_nohash_0.wav`, "RIFF"]),
  );
  return {
    ...Object.fromEntries([...omniglot, ...clips]),
    "speech_commands_v0.02/validation_list.txt": "yes/bb_nohash_0.wav",
    "speech_commands_v0.02/testing_list.txt": "yes/cc_nohash_0.wav",
    "ml-latest-small/ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,9\n2,1,5,9\n",
    "ml-latest-small/movies.csv": "movieId,title,genres\n1,Heat (1995),Action|Crime\n",
    "iris.csv": "sepal,petal,species\n5.1,1.4,setosa\n7,4.7,versicolor\n",
    "recipe.yaml": "learner: maml\ntrain: { steps: 2 }\n",
  };
}

/** The names that examples use beside the library's. */
async function preamble(library: typeof Library) {
  const examples: Library.Example[] = [];
  for (const [k, label] of flowers.entries())
    for (let i = 0; i < 6; i++)
      examples.push({ label, image: await pictureOf(k, i), text: `${petals[k % 4]} ${i}` });
  const data = library.createDataset({ name: "flowers", examples });
  const small = { data, width: 8, train: { steps: 0 } };
  const model = await library.metaTrain({ ...small, episode: { way: 2 } }).model();
  const classifier = await library.metaTrain({ ...small, closed: true }).model();
  const support = examples.slice(0, 12).filter((_, i) => i % 6 < 2);
  const task = await model.adapt(support);
  const labelled = (rows: Library.Example[]) => library.createDataset({ name: "episode", examples: rows });
  const [before, after] = [0.9, 0.8].map((accuracy) => ({ accuracy, halfWidth: 0.1 }));
  const curve: Library.ForgettingCurve = {
    ...{ data: "new", old: "old", split: "test", seed: 0, steps: 2, before },
    ...{ classes: { old: 2, new: 2 }, examples: { old: 9, new: 9 } },
    curves: [{ method: "ewc", points: [0, 1].map((lambda) => ({ lambda, old: after, new: before })) }],
  };
  const [photo, another] = [examples[0].image, examples[6].image];
  const taught = await library.teach([...support, { label: "daisy", image: await pictureOf(8, 0) }]);
  const rows = examples.slice(0, 12);
  const episode = { supportData: labelled(support), queryData: labelled(rows) };
  return {
    data,
    model,
    classifier,
    support,
    task,
    taught,
    photo,
    another,
    curve,
    rows: examples,
    ...episode,
  };
}

describe("examples", () => {
  const start = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "metamodal-examples-"));
  let scope: Record<string, unknown>;

  beforeAll(async () => {
    const library: typeof Library = await import(built);
    process.chdir(folder);
    const { rows, ...named } = await preamble(library);
    const pictures = rows.map(({ image, ...row }, i) => ({ ...row, image, file: `${i}.png` }));
    const lines = (all: typeof pictures) =>
      all.map(({ image: _, file, ...row }) => JSON.stringify({ ...row, image_file_name: file })).join("\n");
    const [all, few] = [pictures, pictures.slice(0, 12)];
    const files = {
      ...(await filesOf()),
      ...Object.fromEntries(all.map(({ image, file }) => [`flowers/${file}`, image as Uint8Array])),
      ...Object.fromEntries(few.map(({ image, file }) => [`support/${file}`, image as Uint8Array])),
      "flowers/metadata.jsonl": lines(all),
      "support/metadata.jsonl": lines(few),
    };
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
    await named.model.save("flowers.model");
    await named.task.save("flowers.task");
    await named.taught.save("photos.task");
    scope = { ...library, ...named, console: { ...console, log() {}, error() {} } };
  });

  afterAll(() => {
    process.chdir(start);
    rmSync(folder, { recursive: true });
  });

  const cases = callables.flatMap(({ name, examples }) =>
    examples.map((code, i) => [examples.length > 1 ? `${name}, ${i + 1}` : name, code]),
  );

  it.each(cases)("%s", async (name, code) => {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const { outputText, diagnostics } = ts.transpileModule(code, {
      compilerOptions: options,
      reportDiagnostics: true,
    });
    expect(diagnostics).toEqual([]);
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    // A block, so that an example may declare a name of the preamble anew.
    const names = name.startsWith("TaughtTask.") ? { ...scope, task: scope.taught } : scope;
    await new AsyncFunction(...Object.keys(names), `{ ${outputText}\n}`)(...Object.values(names));
  });
});
