/**
 * What a user can get wrong: exit status 2, one line that says where, what was expected and what to do, and
 * nothing left behind.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sealCard } from "../src/model/seal.js";
import { commandLine, listing } from "./support/cli.js";
import { leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-bad-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);
const at = (path: string) => join(cwd, path);

const rows = leafRows();
const line = (k: number) => JSON.stringify(rows[k]);

/** A data folder like `leaves`, with its metadata changed. */
function variant(name: string, metadata: string): void {
  cpSync(at("leaves"), at(name), { recursive: true });
  writeFileSync(at(`${name}/metadata.jsonl`), metadata);
}

/** A copy of a folder that `change` has damaged. */
function damaged(from: string, name: string, change: (path: string) => void): void {
  cpSync(at(from), at(name), { recursive: true });
  change(at(name));
}

const half = (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2));
const edit = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));

beforeAll(async () => {
  await writeLeaves(at("leaves"), rows);
  const all = rows.map((_, k) => line(k));
  const whole = `${all.join("\n")}\n`;
  const drawn = rows.findIndex(({ outline }) => outline);
  const pen = (value: string) =>
    all.with(drawn, line(drawn).replace(/"outline":.*\}/, `"outline":${value}}`));
  variant("odd-column", whole.replace("}\n", ',"shiny":{}}\n'));
  variant("no-file", whole.replace("photos/0-0.png", "photos/nowhere.png"));
  variant("bad-json", pen("[[[0,NaN]]]").join("\n"));
  variant("bad-stroke", pen("[[[0,0],[1,null]]]").join("\n"));
  variant("one-class", all.map((row) => row.replace(/"label":"[^"]*"/, '"label":"leaf"')).join("\n"));
  variant(
    "in-two-splits",
    all.map((row, k) => row.replace("{", `{"split":"${k % 2 ? "val" : "train"}",`)).join("\n"),
  );
  damaged("leaves", "bad-card", (path) =>
    writeFileSync(join(path, "dataset.json"), '{ "modalities": { "photo": { "kind": "smell" } } }'),
  );
  damaged("leaves", "torn", (path) => {
    for (const { photo_file_name: name } of rows) if (name) half(join(path, name));
  });
  damaged("leaves", "hollow", (path) => truncateSync(join(path, "photos/2-0.png"), 0));
  damaged("leaves", "posing", (path) => writeFileSync(join(path, "photos/2-0.png"), "PIC89a"));
  writeFileSync(at("typo.yaml"), "data: leaves\nlerner: maml\n");
  writeFileSync(at("inner-typo.yaml"), "data: leaves\ntrain: { step: 3 }\n");
  writeFileSync(at("tab.yaml"), "data: leaves\n\tseed: 3\n");
  writeFileSync(at("lost.yaml"), "data: not-there\n");
  writeFileSync(at("empty.yaml"), "seed: 1\n");
  writeFileSync(at("torn.png"), readFileSync(at("torn/photos/2-0.png")));
  writeFileSync(at("latin.json"), Buffer.from('{ "photo_file_name": "Stra\xdfe.png" }', "latin1"));
  writeFileSync(at("latin.jsonl"), Buffer.from('{ "photo_file_name": "Stra\xdfe.png" }', "latin1"));
  writeFileSync(at("other.json"), '{ "sound": [1, 2] }');
  mkdirSync(at("mine"));
  writeFileSync(at("mine/thesis.txt"), "do not touch");
  mkdirSync(at("started.run"));
  writeFileSync(at("started.run/events.jsonl"), '{"type":"start"}\n');

  const flags = ["--way", "3", "--steps", "1", "--set", "width=8", "--set", "train.evalEpisodes=2"];
  const trained = await run("train", "leaves", "--out", "model", ...flags);
  expect(trained.code).toBe(0);
  const adapted = await run("adapt", "model", "--support", "leaves", "--out", "task");
  expect(adapted).toMatchObject({ code: 0, stderr: "" });
  damaged("model", "cut-model", (path) => half(join(path, "model.safetensors")));
  damaged("model", "nan-model", (path) => {
    const file = join(path, "model.safetensors");
    const bytes = readFileSync(file);
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    writeFileSync(file, bytes);
    const card = join(path, "model.json");
    const { sha256: _, digests: __, ...whole } = JSON.parse(readFileSync(card, "utf8"));
    writeFileSync(card, sealCard(whole, { "model.safetensors": bytes }));
  });
  damaged("model", "cut-card", (path) => half(join(path, "model.json")));
  damaged("model", "newer", (path) => edit(join(path, "model.json"), '"version": 3', '"version": 4'));
  damaged("task", "newer-task", (path) => edit(join(path, "task.json"), '"version": 3', '"version": 9'));
  damaged("task", "mixed-task", (path) => edit(join(path, "task.json"), '"modelHash": "', '"modelHash": "0'));
});

/** The command line, and what its one line of error says. */
const wrong: [string, RegExp][] = [
  // Data.
  [
    "train odd-column",
    /metadata\.jsonl:1, field "shiny": {} is not a value .*expected a string.* Remove the field/,
  ],
  [
    "train no-file",
    /metadata\.jsonl:1, field "photo_file_name": there is no file .*Add photos\/nowhere\.png/,
  ],
  ["train bad-json", /metadata\.jsonl:1: .*expected valid JSON\. Correct the line/],
  [
    "train bad-stroke",
    /metadata\.jsonl:1, field "outline": stroke 0, point 1 is \[1,null\]; expected .*Correct/,
  ],
  [
    "train torn --way 3",
    /metadata\.jsonl:\d+, field "photo", file photos\/\d+-\d\.png: .*expected an undamaged/,
  ],
  [
    "transfer leaves --methods ewcc",
    /option methods: there is no continual method "ewcc";.*expected replay or .*Did you mean ewc\?/,
  ],
  ["transfer leaves --picture curve.gif", /--picture curve\.gif: the extension .*expected a \.png or/],
  ["transfer leaves --lambda 1,x", /--lambda: "x" is none; expected numbers of at least 0.*--lambda 0,1,10/],
  ["train one-class", /one-class: the only class is "leaf"; expected at least 4 classes.*Add/],
  [
    "train in-two-splits",
    /metadata\.jsonl:\d+, field "split": the class .* expected every class in one split/,
  ],
  ["train bad-card", /dataset\.json, field "modalities\.photo\.kind": .*The kinds are image/],
  [
    "train leaves --way 3 --shot 9",
    /leaves, split train: 0 classes are eligible .*at least 10.*Lower --shot, or add/,
  ],
  ["train leaves --way 90", /expected at least 90, the way\. Lower --way to \d+, or add/],
  [
    "train leaves --modalities photo,sond",
    /leaves: the data set has no modality "sond"; expected one of photo, outl/,
  ],
  [
    "evaluate model --data leaves --way 9",
    /leaves, split test: \d classes are eligible .*at least 9, the way/,
  ],
  ["evaluate model --data leaves --split train", /split train: .*expected val or test\. Use --split/],
  [
    "evaluate nan-model --data leaves --way 3",
    /nan-model\/model\.safetensors: array ".+" holds a value that is not a finite .*Copy the folder again/,
  ],
  [
    "evaluate model --data nowhere",
    /nowhere: there is no such folder; expected a data set folder, an archive of one \(\.tar.*, or a table .*Check the path/,
  ],
  [
    "train leaves --way 3 --query-modalities sond",
    /field "episode\.queryModalities": "sond" is not among .*expected some of photo, outline/,
  ],
  [
    "train leaves --way 3 --label-shots 1",
    /field "episode\.labelShots": .*no modality is text: photo, outline/,
  ],
  ["adapt model --support leaves --label-shots 1 --out t", /option labelShots: .*no modality is text/],
  ["data inspect hollow", /metadata\.jsonl:\d+, field "photo", file photos\/2-0\.png: the file is empty; /],
  ["data inspect posing", /file photos\/2-0\.png: not a PNG, JPEG, WebP.* file; expected .*Convert/],
  ["data inspect leaves --picture sheet.gif", /--picture sheet\.gif: the extension .*expected a \.png or/],
  ["data inspect leaves --picture no/sheet.png", /--picture no\/sheet\.png: there is no folder no; .*Choose/],
  ["data inspect in-two-splits", /field "split": the class/],
  [
    "data import omniglot leaves --out new",
    /leaves: the layout is unknown; expected folders images_background.*Unzip/,
  ],
  // Recipes.
  [
    "train typo.yaml",
    /typo\.yaml, field "lerner": .*no such key; expected one of data, .*learner.*Correct the field/,
  ],
  ["train inner-typo.yaml", /inner-typo\.yaml, field "train\.step": .*expected one of steps, minutes/],
  ["train tab.yaml", /tab\.yaml: .*expected YAML\. Correct the line/],
  ["train lost.yaml", /not-there: there is no such folder; expected a data set folder/],
  ["train empty.yaml", /empty\.yaml, field "data": the recipe names no data; expected .*Add "data: PATH"/],
  [
    "train nowhere.yaml",
    /nowhere\.yaml: there is no such file or folder; expected a recipe file or a data folder/,
  ],
  [
    "train leaves --set train.learningRate=fast",
    /--set train\.learningRate=fast, field "train\.learningRate": the value is "fast"; expected num/,
  ],
  ["train leaves --set rate", /--set rate: it is no assignment; expected PATH=VALUE.*for example/],
  [
    "train leaves --learner protypical",
    /--learner: there is no learner "protypical"; expected .*mean prototypical\?/,
  ],
  [
    "train leaves --auxiliary non",
    /--auxiliary: there is no auxiliary "non"; expected none or .*mean none\?/,
  ],
  ["train leaves --steps 3 --minutes 3", /--steps and --minutes: both are given; expected one of them/],
  // Models and tasks.
  [
    "evaluate nowhere --data leaves",
    /nowhere: there is no such file or folder; expected a model folder\. Check the path/,
  ],
  [
    "evaluate cut-model --data leaves",
    /cut-model\/model\.safetensors: .*expected the file as metamodal wrote it\. Copy/,
  ],
  ["evaluate cut-card --data leaves", /cut-card\/model\.json: .*expected a complete JSON object\. Copy/],
  [
    "evaluate newer --data leaves",
    /newer\/model\.json: field "version" is 4; expected 1 to 3.*Update metamodal/,
  ],
  ["adapt newer --support leaves --out t", /newer\/model\.json: field "version" is 4/],
  [
    "adapt model --support one-class --out t",
    /metadata\.jsonl:1: the support's only class is "leaf"; expected at least/,
  ],
  [
    "adapt model --support torn --out t",
    /metadata\.jsonl:\d+, field "photo", file photos\/\d+-\d\.png: .*expected an und/,
  ],
  [
    "predict newer-task --input leaves",
    /newer-task\/task\.json: field "version": .*expected a task of format version 1 to 3/,
  ],
  [
    "predict mixed-task --input leaves",
    /mixed-task\/task\.json: the file is damaged or was edited.*Copy the folder again/,
  ],
  [
    "predict model --input leaves",
    /the model: it was trained on episodes .*expected a model of train --closed.*metamodal adapt/,
  ],
  ["predict task --input torn.png", /torn\.png.*: the image cannot be decoded .*expected an undamaged image/],
  [
    "predict task --input other.json",
    /other\.json: it has sound; expected at least one of photo, outline.*Add one/,
  ],
  ["predict task --input latin.json", /latin\.json: the file is not valid UTF-8; expected UTF-8 text/],
  ["predict task --input latin.jsonl", /latin\.jsonl: the file is not valid UTF-8; expected UTF-8 text/],
  [
    "predict task --input nowhere.png",
    /nowhere\.png: there is no such file or folder; expected a data folder or an archive/,
  ],
  [
    "predict task --input typo.yaml",
    /typo\.yaml: the extension is not supported; expected .*Convert the file/,
  ],
  // Where to write.
  [
    "train leaves --out mine",
    /--out mine: something else is there; expected a free path, or a model folder to replace/,
  ],
  ["train leaves --out task", /--out task: something else is there/],
  [
    "train leaves --out mine/thesis.txt/x",
    /--out mine\/thesis\.txt\/x: .*is no folder; expected a path inside a folder/,
  ],
  [
    "train leaves --out started",
    /started\.run: an unfinished run is there; .*Continue it with --resume, remove/,
  ],
  ["train leaves --out fresh --resume", /fresh\.run: there is no run to resume; .*Leave out --resume/],
  [
    "adapt model --support leaves --out model",
    /--out model: something else is there; expected .*a task folder to rep/,
  ],
  ["data import omniglot leaves --out mine", /mine: .*expected/],
];

it.each(wrong)("metamodal %s", async (command, says) => {
  const before = listing(cwd);
  const { code, stdout, stderr } = await run(...command.split(" "));
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^error: [^\n]+; expected [^\n]+\. [^\n]+\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(listing(cwd)).toEqual(before);
});
