/** An audit finds the faults that a test plants, and nothing in data without any. */

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { folders, jsonl } from "../../../test/support/folders.js";
import { random } from "../../base/random.js";
import { createDataset, openDataset } from "../dataset.js";
import type { Example } from "../types.js";
import { auditDataset } from "./index.js";

const folder = folders();
const side = 24;
const splitOf = (label: number) => (["train", "train", "train", "val", "test"] as const)[label];

/** Stripes that `label` turns, on a ground of waves; the drawing's number decides their place and the ground. */
function picture(label: number, number: number): Uint8Array {
  const draw = random(7, "picture", label, number);
  const angle = (Math.PI * (label + 0.05 * draw.uniform())) / 5;
  const [phase, period] = [6 * draw.uniform(), 5 + 2 * draw.uniform()];
  const waves = Array.from({ length: 4 }, () => [draw.normal() / 2, draw.normal() / 2, 6 * draw.uniform()]);
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const ground = waves.reduce((sum, [a, b, c]) => sum + Math.sin(a * x + b * y + c), 0);
    const across = (x * Math.cos(angle) + y * Math.sin(angle) + phase) / period;
    return 120 + 70 * Math.sin(2 * Math.PI * across) + 6 * ground;
  });
}
const raw = (data: Uint8Array) => ({ width: side, height: side, channels: 1, data });
const images = (): Example[] =>
  [0, 1, 2, 3, 4].flatMap((label) =>
    Array.from({ length: 60 }, (_, i) => ({
      id: `${label}-${i}`,
      label: `turn ${label}`,
      split: splitOf(label),
      image: raw(picture(label, i)),
    })),
  );
const audit = (examples: Example[]) => auditDataset(createDataset({ name: "mine", examples }));
const said = ({ findings }: Awaited<ReturnType<typeof audit>>, check: string) =>
  findings.filter((finding) => finding.check === check);

describe("pictures", () => {
  it("without a fault give no finding, but that one in a hundred labels at most is suspected", async () => {
    const found = await audit(images());
    expect(found).toMatchObject({ name: "mine", rows: 300, leakage: false });
    expect(found.findings.filter(({ check }) => check !== "label-noise")).toEqual([]);
    const suspected = said(found, "label-noise").flatMap(({ evidence }) => evidence);
    expect(suspected.length).toBeLessThanOrEqual(3);
  });

  it("that are copies in another split are leakage: equal ones, and retouched ones", async () => {
    const examples = images();
    const copies = [0, 1, 2, 3, 4, 5, 6, 7].map((k): Example => {
      const noise = random(8, k);
      const data = Uint8Array.from(picture(k % 3, k), (v) =>
        k < 2 ? v : 0.85 * v + 20 + 3 * noise.normal(),
      );
      return { id: `copy-${k}`, label: "turn 4", split: "test", image: raw(data) };
    });
    const found = await audit([...examples, ...copies]);
    expect(found.leakage).toBe(true);
    const pairs = (check: string) =>
      said(found, check)
        .filter(({ leakage }) => leakage)
        .flatMap(({ evidence }) => evidence.map(({ ids }) => [...ids].sort().join(" ")))
        .sort();
    expect(pairs("duplicates")).toEqual(["0-0 copy-0", "1-1 copy-1"]);
    expect(pairs("near-duplicates")).toEqual([2, 3, 4, 5, 6, 7].map((k) => `${k % 3}-${k} copy-${k}`).sort());
  });

  it("with swapped labels are suspected", async () => {
    const examples = images();
    const swapped = random(9, "swap").sample([...examples.keys()], 6);
    for (const i of swapped) examples[i].label = `turn ${(Number(`${examples[i].label}`.slice(5)) + 2) % 5}`;
    for (const example of examples) delete example.split;
    const [noise] = said(await audit(examples), "label-noise");
    const found = noise.evidence.map(({ ids: [id] }) => id);
    const right = found.filter((id) => swapped.some((i) => examples[i].id === id));
    expect(right.length / swapped.length).toBeGreaterThanOrEqual(0.7);
    expect(right.length / found.length).toBeGreaterThanOrEqual(0.5);
  });

  it("that are cut short are each named, whatever else is wrong with the data", async () => {
    const files = await Promise.all(
      [0, 1, 2, 3, 4].map((i) =>
        sharp(picture(i, 0), { raw: { width: side, height: side, channels: 1 } })
          .png()
          .toBuffer(),
      ),
    );
    const path = folder({
      ...Object.fromEntries(
        files.map((bytes, i) => [`${i}.png`, i < 3 ? bytes.subarray(0, 100 + i) : bytes]),
      ),
      "metadata.jsonl": jsonl(...files.map((_, i) => ({ image_file_name: `${i}.png` }))),
    });
    const [{ severity, problem, evidence }] = said(await auditDataset(await openDataset(path)), "unreadable");
    expect({ severity, problem }).toEqual({ severity: "error", problem: "3 values cannot be read" });
    expect(evidence.map(({ detail }) => detail)).toEqual(
      [0, 1, 2].map((i) =>
        expect.stringMatching(
          new RegExp(`^metadata\\.jsonl:${i + 1}, field "image", file ${i}\\.png: .*decoded`),
        ),
      ),
    );
  });
});

describe("texts", () => {
  const topics = ["weather", "bank_account", "music", "trainTicket"];
  const stems = ["sun rain cloud wind", "money card loan pay", "song band tune play", "rail seat route trip"];
  const texts = () =>
    topics.flatMap((label, t) =>
      Array.from({ length: 30 }, (_, i) => {
        const draw = random(3, label, i);
        const words = draw.sample(stems[t].split(" "), 3);
        return {
          id: `${label}-${i}`,
          label,
          text: `${words.join(` ${draw.integer(1e6)} `)} ${draw.integer(1e6)}`,
        };
      }),
    );

  it("that say their label, in any case and form, are named", async () => {
    const examples = texts();
    for (const i of [0, 31, 32, 91])
      examples[i].text +=
        ` ${["Weather!", "Bank-account", "bankaccount", "train ticket"][i % 30 === 2 ? 2 : [0, 31, 32, 91].indexOf(i)]}`;
    const [{ severity, leakage, evidence }] = said(await audit(examples), "label-in-text");
    expect({ severity, leakage }).toEqual({ severity: "warning", leakage: false });
    expect(evidence.map(({ ids }) => ids)).toEqual([["weather-0"], ["bank_account-1"], ["trainTicket-1"]]);
  });

  it("that nearly all say their label give the answer away", async () => {
    const examples = texts().map((example) => ({ ...example, text: `${example.label}: ${example.text}` }));
    expect((await audit(examples)).leakage).toBe(true);
  });

  it("that are retyped in another split are leakage", async () => {
    const examples = texts().map((example, i) => ({
      ...example,
      split: i < 90 ? ("train" as const) : ("test" as const),
    }));
    const retyped = `${examples[4].text}!`.toUpperCase().replace(" ", "  ");
    const copy = { id: "copy", label: "trainTicket", split: "test" as const, text: retyped };
    const leaks = said(await audit([...examples, copy]), "near-duplicates").filter(({ leakage }) => leakage);
    expect(leaks.flatMap(({ evidence }) => evidence.map(({ ids }) => [...ids].sort()))).toEqual([
      ["copy", "weather-4"],
    ]);
  });
});

describe("the other checks", () => {
  const rows = (some: Example[]) => some.map((row, i) => ({ id: `${i}`, v: [i, i * i, 7], ...row }));

  it("find classes and groups in several splits, and groups that support and query may share", async () => {
    const found = await audit(
      rows([
        { label: "a", split: "train", group: "g" },
        { label: "a", split: "train", group: "g" },
        { label: "a", split: "test", group: "h" },
        { label: "b", split: "test", group: "g" },
      ]),
    );
    expect(
      said(found, "shared").map(({ severity, leakage, evidence }) => [severity, leakage, evidence[0].detail]),
    ).toEqual([
      ["error", true, '"a" is in train and test'],
      ["warning", false, '"g" is in train and test'],
      ["note", false, '"g" made 2 rows of "a"'],
    ]);
  });

  it("find a group in two splits where groups are tasks, and leave their labels alone", async () => {
    const examples = rows(
      Array.from({ length: 40 }, (_, i) => ({
        label: `${i % 2}`,
        group: `g${i % 4}`,
        split: i === 0 ? ("test" as const) : ("train" as const),
      })),
    );
    const found = await auditDataset(createDataset({ name: "mine", examples, groupAsTask: true }));
    expect(said(found, "shared").map(({ leakage, problem }) => [leakage, problem])).toEqual([
      [true, "1 groups are in more than one split"],
    ]);
    expect(said(found, "label-noise")).toEqual([]);
  });

  it("find classes far larger than others, and of one row", async () => {
    const labels = [...Array(50).fill("big"), "a", "a", "b", "b", "c", "c", "one"];
    const found = said(await audit(rows(labels.map((label) => ({ label })))), "imbalance");
    expect(found.map(({ evidence }) => evidence.map(({ detail }) => detail))).toEqual([
      ['"big": 50 rows'],
      ['"one": 1 row'],
    ]);
  });

  it("find constant and missing columns, and modalities that a split lacks", async () => {
    const examples = [0, 1, 2, 3].map(
      (i): Example => ({
        v: [i, 7],
        table: { size: i, same: "x", ...(i === 0 ? { rare: 3 } : {}) },
        text: "always",
        split: i < 2 ? "train" : "test",
        ...(i < 2 ? { pen: [[[0, i]]] } : {}),
      }),
    );
    const modalities = { table: { kind: "tabular" } };
    const found = said(await auditDataset(createDataset({ name: "mine", examples, modalities })), "columns");
    expect(found.map(({ evidence }) => evidence.map(({ detail }) => detail).sort())).toEqual([
      ['"table.same" is always "x"', '"text" is the same in all its 4 rows', '"v.1" is always 7'],
      ['"table.rare" is in 1 of 4 rows', 'no row of test has "pen"'],
    ]);
  });

  it("find equal sounds, drawings, vectors and rows of tables, each by its own measure", async () => {
    const draw = random(4, "all");
    const wave = (seed: number) => {
      const noise = random(5, seed);
      return Float32Array.from(
        { length: 4000 },
        (_, t) => 0.4 * Math.sin(t * (0.05 + 0.03 * seed)) + 0.01 * noise.normal(),
      );
    };
    const each = (i: number): Example => ({
      id: `${i}`,
      split: "train",
      sound: { sampleRate: 8000, samples: wave(i) },
      pen: [
        [
          [0, 0],
          [draw.uniform(), draw.uniform()],
          [draw.uniform(), 1],
        ],
      ],
      v: Array.from({ length: 4 }, () => draw.normal()),
      table: { a: draw.normal(), b: draw.normal(), c: i % 2 ? "x" : "y" },
    });
    const examples = Array.from({ length: 12 }, (_, i) => each(i));
    const of = (i: number) =>
      examples[i] as { v: number[]; table: { a: number; b: number }; pen: number[][][] };
    const copy: Example = {
      id: "copy",
      split: "test",
      sound: { sampleRate: 8000, samples: wave(3).map((x) => 0.7 * x) },
      pen: of(3).pen.map((stroke) => stroke.map(([x, y]) => [5 * x + 1, 5 * y + 0.01])),
      v: of(3).v.map((x) => x * 1.0001),
      table: { ...of(3).table, a: of(3).table.a * 1.0001 },
    };
    const modalities = { table: { kind: "tabular" }, sound: { kind: "audio" } };
    const found = await auditDataset(createDataset({ name: "m", examples: [...examples, copy], modalities }));
    const leaks = said(found, "near-duplicates").filter(({ leakage }) => leakage);
    expect(leaks.map(({ problem }) => /"(.*)"/.exec(problem)![1]).sort()).toEqual([
      "pen",
      "sound",
      "table",
      "v",
    ]);
    for (const { evidence } of leaks)
      expect(evidence.map(({ ids }) => [...ids].sort())).toEqual([["3", "copy"]]);
  });

  it("stop when aborted", async () => {
    const data = createDataset({ name: "mine", examples: rows([{}, {}]) });
    await expect(auditDataset(data, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
