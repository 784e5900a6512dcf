/**
 * Faults planted in real data, and what an audit finds of them: 1 % swapped labels, 20 near-duplicate pairs across splits,
 * labels written into texts, truncated files. METAMODAL_DATA names a folder with `mnist5k` (images28.u8.gz, labels.u8.gz)
 * and `clinc150` (clinc150.json.gz, fewshot_split.json); without it there is nothing to do.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import {
  type Audit,
  auditDataset,
  createDataset,
  type Example,
  openDataset,
  type Split,
} from "../src/index.js";
import { folders, jsonl } from "./support/folders.js";

const root = process.env.METAMODAL_DATA;
const read = (file: string) => readFileSync(join(root!, file));
const seeds = [1, 2, 3];

/** Give 1 % of the examples another's class; their ids. */
function swapLabels(examples: Example[], seed: number): Set<string> {
  const draw = random(seed, "swap");
  const classes = [...new Set(examples.map(({ label }) => label!))];
  const chosen = draw.sample(examples, Math.round(0.01 * examples.length));
  for (const example of chosen) {
    const others = classes.filter((name) => name !== example.label);
    example.label = others[draw.integer(others.length)];
  }
  return new Set(chosen.map(({ id }) => id!));
}

/** Add copies of 20 examples, retouched, to another split; the pairs of ids. */
function addCopies(examples: Example[], retouch: (example: Example, k: number) => Example): string[] {
  const chosen = random(4, "copy").sample(examples, 20);
  return chosen.map((example, k) => {
    const split = example.split === "test" ? "train" : "test";
    examples.push({ ...retouch(example, k), id: `copy ${k}`, split });
    return [example.id, `copy ${k}`].sort().join(" = ");
  });
}

const noiseOf = (audit: Audit) =>
  audit.findings.flatMap(({ check, evidence }) =>
    check === "label-noise" ? evidence.map(({ ids }) => ids[0]) : [],
  );

/** Pairs that are told to be in different splits. */
const leaksOf = ({ findings }: Audit) =>
  new Set(
    findings
      .filter(({ check, leakage }) => leakage && check === "near-duplicates")
      .flatMap(({ evidence }) => evidence.map(({ ids }) => [...ids].sort().join(" = "))),
  );

async function checkNoise(name: string, make: () => Example[], seed: number): Promise<void> {
  const examples = make();
  const swapped = swapLabels(examples, seed);
  for (const example of examples) delete example.split;
  const started = performance.now();
  const found = noiseOf(await auditDataset(createDataset({ name, examples })));
  const right = found.filter((id) => swapped.has(id)).length;
  const [precision, recall] = [right / found.length, right / swapped.size];
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${name}, seed ${seed}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, ${seconds} s`,
  );
  expect(recall).toBeGreaterThanOrEqual(0.7);
  expect(precision).toBeGreaterThanOrEqual(0.5);
}

describe.skipIf(!root)("digits", () => {
  const side = 28;
  const pixels = side * side;
  const digits = (): Example[] => {
    const images = gunzipSync(read("mnist5k/images28.u8.gz"));
    return [...gunzipSync(read("mnist5k/labels.u8.gz"))].map((label, i) => ({
      id: `${i}`,
      label: `${label}`,
      split: label < 6 ? "train" : label < 8 ? "val" : "test",
      image: { width: side, height: side, channels: 1, data: images.subarray(i * pixels, (i + 1) * pixels) },
    }));
  };
  const dataOf = ({ image }: Example) => (image as { data: Uint8Array }).data;

  it.each(seeds)("with swapped labels, seed %d", (seed) => checkNoise("mnist5k", digits, seed));

  it("with retouched copies in another split", async () => {
    const examples = digits();
    const raw = { width: side, height: side, channels: 1 } as const;
    const jpegs = await Promise.all(
      examples.map((example, i) =>
        i % 4 ? undefined : sharp(dataOf(example), { raw }).jpeg({ quality: 70 }).toBuffer(),
      ),
    );
    const pairs = addCopies(examples, (example, k) => {
      const draw = random(5, k);
      const jpeg = jpegs[Number(example.id)];
      if (jpeg) return { ...example, image: jpeg };
      const shifted =
        k % 2 ? Uint8Array.from(dataOf(example), (_, i) => dataOf(example)[i - 1] ?? 0) : dataOf(example);
      const data = Uint8Array.from(shifted, (v) =>
        Math.min(255, Math.max(0, 0.85 * v + 12 + 6 * draw.normal())),
      );
      return { ...example, image: { ...raw, data } };
    });
    const leaks = leaksOf(await auditDataset(createDataset({ name: "mnist5k", examples })));
    console.log(
      `mnist5k: ${pairs.filter((pair) => leaks.has(pair)).length} of 20 pairs among ${leaks.size} told`,
    );
    expect(pairs.filter((pair) => !leaks.has(pair))).toEqual([]);
  });

  const folder = folders();
  it("with truncated files", async () => {
    const raw = { width: side, height: side, channels: 1 } as const;
    const files = await Promise.all(
      digits()
        .slice(0, 60)
        .map((example) => sharp(dataOf(example), { raw }).png().toBuffer()),
    );
    const cut = [7, 31, 48];
    const path = folder({
      ...Object.fromEntries(
        files.map((bytes, i) => [`${i}.png`, cut.includes(i) ? bytes.subarray(0, bytes.length / 2) : bytes]),
      ),
      "metadata.jsonl": jsonl(...files.map((_, i) => ({ id: `${i}`, file_name: `${i}.png` }))),
    });
    const { findings } = await auditDataset(await openDataset(path));
    const unreadable = findings.find(({ check }) => check === "unreadable")!;
    expect(unreadable.evidence.map(({ ids: [id] }) => id)).toEqual(cut.map(String));
  });
});

describe.skipIf(!root)("intents", () => {
  const intents = (): Example[] => {
    const all: Record<string, [text: string, intent: string][]> = JSON.parse(
      gunzipSync(read("clinc150/clinc150.json.gz")).toString(),
    );
    const { intents: split }: { intents: Record<Split, string[]> } = JSON.parse(
      read("clinc150/fewshot_split.json").toString(),
    );
    const splitOf = new Map(
      (["train", "val", "test"] as const).flatMap((name) =>
        split[name].map((intent) => [intent, name] as const),
      ),
    );
    return [...all.train, ...all.val, ...all.test].map(([text, label], i) => ({
      id: `${i}`,
      label,
      split: splitOf.get(label),
      text,
    }));
  };

  it.each(seeds)("with swapped labels, seed %d", (seed) => checkNoise("clinc150", intents, seed));

  it("with retyped copies in another split, and labels in texts", async () => {
    const examples = intents();
    const said = (example: Example) =>
      ` ${example.text} `.includes(` ${`${example.label}`.replaceAll("_", " ")} `) &&
      !/\s{2}/.test(`${example.text}`);
    const telling = random(6, "label").sample(
      examples.filter((example) => !said(example)),
      10,
    );
    for (const example of telling)
      example.text = `${example.text} ${`${example.label}`.replaceAll("_", " ")}`;
    const changes = [
      (text: string) => `${text.toUpperCase()}!`,
      (text: string) => `please, ${text}`,
      (text: string) => text.replace(/(\w{4,})/, (word) => word.slice(0, -1)),
      (text: string) => text.replaceAll(" ", "  "),
    ];
    const long = examples.filter(({ text }) => `${text}`.length > 40);
    const pairs = addCopies(long, (example, k) => ({ ...example, text: changes[k % 4](`${example.text}`) }));
    const all = [...examples, ...long.slice(-20)];
    const audit = await auditDataset(createDataset({ name: "clinc150", examples: all }));
    const leaks = leaksOf(audit);
    console.log(
      `clinc150: ${pairs.filter((pair) => leaks.has(pair)).length} of 20 pairs among ${leaks.size} told`,
    );
    expect(pairs.filter((pair) => !leaks.has(pair))).toEqual([]);
    const named = audit.findings
      .filter(({ check }) => check === "label-in-text")
      .flatMap(({ evidence }) => evidence.map(({ ids: [id] }) => id));
    expect(telling.map(({ id }) => id!).filter((id) => !named.includes(id))).toEqual([]);
  }, 300_000);
});
