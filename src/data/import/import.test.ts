/** Speech Commands and MovieLens, in tiny layouts like theirs; from a folder, and from an address. */

import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folders } from "../../../test/support/folders.js";
import { splitClasses } from "../../episode/split.js";
import { openDataset } from "../dataset.js";
import { importMovieLens } from "./movielens.js";
import { importSpeechCommands } from "./speech-commands.js";
import { gzip, tar } from "./write.js";

const folder = folders();
const fresh = () => join(folder({}), "new");

/** A second of silence would do; a tenth of one does: PCM of 16 bits, 8 kHz. */
function wav(sample: number): Buffer {
  const bytes = Buffer.alloc(44 + 1600, 0);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(1600, 40);
  for (let i = 44; i < bytes.length; i += 2) bytes.writeInt16LE(sample, i);
  return bytes;
}

const words = ["yes", "no", "up", "down", "left", "right", "on", "off"];
const speakers = ["aa11", "bb22", "cc33", "dd44"];
const clips = words.flatMap((word) => speakers.map((speaker) => `${word}/${speaker}_nohash_0.wav`));
const speech = {
  ...Object.fromEntries(clips.map((path, i) => [path, wav(i)])),
  "_background_noise_/hiss.wav": wav(1),
  "README.md": "",
  "validation_list.txt": clips.filter((path) => path.includes("cc33")).join("\n"),
  "testing_list.txt": clips.filter((path) => path.includes("dd44")).join("\n"),
};

describe("importSpeechCommands", () => {
  it("keeps every clip, by word and speaker; held-out words are said by held-out speakers", async () => {
    const out = fresh();
    const summary = await importSpeechCommands(folder(speech), out);
    expect(summary).toEqual({ rows: 32, units: { train: 6, val: 1, test: 1 }, unusedRows: 18, files: 3 });
    expect(readdirSync(out).sort()).toEqual(["audio-000.tar", "dataset.json", "metadata.jsonl.gz"]);
    const data = await openDataset(out);
    expect(data.kinds).toEqual({ audio: { kind: "audio", options: {} } });
    const speakersOf = (split: string) => [
      ...new Set(data.rows.filter((row) => row.split === split).map(({ group }) => group)),
    ];
    expect([speakersOf("train"), speakersOf("val"), speakersOf("test")]).toEqual([
      ["aa11", "bb22"],
      ["cc33"],
      ["dd44"],
    ]);
    expect(splitClasses(data, 0)).toMatchObject({ unusedRows: 18, source: "declared" });
    const row = data.rows.find(({ id }) => id === "up/bb22_nohash_0.wav")!;
    expect(Buffer.from(await (row.values.audio as { read(): Promise<Uint8Array> }).read())).toEqual(
      wav(clips.indexOf(row.id)),
    );
  });

  it("refuses another layout, a full folder, and writes nothing then", async () => {
    const out = fresh();
    await expect(importSpeechCommands(folder({ "yes/a.wav": wav(1) }), out)).rejects.toThrow(
      /validation_list\.txt or testing_list\.txt is missing; expected folders of words.*Unpack http/,
    );
    const others = Object.fromEntries(Object.entries(speech).filter(([path]) => !/nohash/.test(path)));
    for (const word of ["a", "b", "c"]) Object.assign(others, { [`${word}/x.wav`]: wav(1) });
    await expect(importSpeechCommands(folder(others), out)).rejects.toThrow(
      /no file is named as speaker_nohash/,
    );
    await expect(importSpeechCommands(folder(speech), folder(speech))).rejects.toThrow(/something already/);
    await expect(importSpeechCommands("nowhere", out)).rejects.toThrow(/^nowhere: there is no such folder/);
    await expect(openDataset(out)).rejects.toThrow(/no such folder/);
  });
});

const films = {
  "ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,9\n1,2,3.5,9\n2,1,5,9\n",
  "movies.csv":
    'movieId,title,genres\n1,"Toy Story, The (1995)",Animation|Comedy\n2,Heat (1995),(no genres listed)\n',
};
const rows = [
  { id: "1/1", target: 4, group: "1", text: "Toy Story, The (1995): Animation, Comedy" },
  { id: "1/2", target: 3.5, group: "1", text: "Heat (1995)" },
  { id: "2/1", target: 5, group: "2", text: "Toy Story, The (1995): Animation, Comedy" },
];
const plain = async (path: string) =>
  (await openDataset(path)).rows.map(({ id, target, group, values }) => ({ id, target, group, ...values }));

describe("importMovieLens", () => {
  it("reads ratings.csv and movies.csv: each user is a task", async () => {
    const out = fresh();
    expect(await importMovieLens(folder(films), out)).toEqual({
      rows: 3,
      units: { unsplit: 2 },
      unusedRows: 0,
      files: 2,
    });
    expect(await plain(out)).toEqual(rows);
    const { train, test } = splitClasses(await openDataset(out), 0);
    expect([...train, ...test].sort()).toEqual(["1", "2"]);
  });

  it("reads u.data, u.item in Latin-1 and u.genre, in a folder of the given one", async () => {
    const out = fresh();
    const item = (id: number, title: string, flags: string) =>
      `${id}|${title}|01-Jan-1995||http://x|${flags}\n`;
    const path = folder({
      "ml-100k/u.data": "1\t1\t4\t9\n2\t2\t5\t9\n",
      "ml-100k/u.item": Buffer.from(
        item(1, "Amélie (2001)", "0|1|1") + item(2, "Heat (1995)", "0|0|0"),
        "latin1",
      ),
      "ml-100k/u.genre": "unknown|0\nAction|1\nComedy|2\n\n",
    });
    await importMovieLens(path, out);
    expect(await plain(out)).toEqual([
      { id: "1/1", target: 4, group: "1", text: "Amélie (2001): Action, Comedy" },
      { id: "2/2", target: 5, group: "2", text: "Heat (1995)" },
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["no ratings", { "ratings.csv": "userId,movieId,rating\n" }, /there are no ratings/],
    [
      "other columns",
      { "ratings.csv": "user,film,stars\n1,1,4\n" },
      /^ratings\.csv:1: the columns are user, film, stars/,
    ],
    ["no number", { "ratings.csv": "userId,movieId,rating\n1,1,good\n" }, /^ratings\.csv:2: .*no number/],
    [
      "an empty cell",
      { "ratings.csv": "userId,movieId,rating\n1,1,\n" },
      /^ratings\.csv:2: a field is missing/,
    ],
    [
      "an unknown film",
      { "ratings.csv": "userId,movieId,rating\n1,7,4\n" },
      /^ratings\.csv:2: there is no film 7/,
    ],
  ])("refuses %s", async (_name, change, message) => {
    const out = fresh();
    await expect(importMovieLens(folder({ ...films, ...change }), out)).rejects.toThrow(message);
    await expect(openDataset(out)).rejects.toThrow(/no such folder/);
  });

  it("refuses a folder of something else", async () => {
    await expect(importMovieLens(folder({ "a.txt": "" }), fresh())).rejects.toThrow(
      /there is neither ratings\.csv nor u\.data; expected ratings\.csv/,
    );
  });
});

describe("an address", () => {
  const text = (value: string) => Buffer.from(value);
  const bodies: Record<string, Uint8Array> = {
    "/films.zip": zipSync({
      "ml/": new Uint8Array(0),
      ...Object.fromEntries(Object.entries(films).map(([name, body]) => [`ml/${name}`, text(body)])),
    }),
    "/speech.tar.gz": gzip(
      tar(Object.entries(speech).map(([name, body]) => [name, Buffer.from(body)] as const)),
    ),
    "/up.zip": zipSync({ "../up.txt": text("x") }),
    "/up.tar.gz": gzip(tar([["../up.txt", text("x")]])),
    "/torn.zip": text("PK"),
    "/torn.tar.gz": gzip(tar([["a", new Uint8Array(9000)]])).subarray(0, 60),
  };
  const server = createServer(({ url }, response) => {
    const body = bodies[url!];
    if (body) response.end(body);
    else response.writeHead(404).end();
  });
  let at: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it("of a zip or a tar.gz is fetched and unpacked", async () => {
    const [one, other] = [fresh(), fresh()];
    await importMovieLens(`${at}/films.zip`, one);
    expect(await plain(one)).toEqual(rows);
    expect(await importSpeechCommands(`${at}/speech.tar.gz`, other)).toMatchObject({ rows: 32 });
  });

  it.each(["up.zip", "torn.zip", "torn.tar.gz", "nothing.zip"])("of %s is refused", async (name) => {
    await expect(importMovieLens(`${at}/${name}`, fresh())).rejects.toThrow(
      /the archive cannot be downloaded \(.*expected the URL of an intact.*download and unpack/,
    );
  });

  it("of an archive whose members leave it writes nothing outside", async () => {
    await expect(importMovieLens(`${at}/up.tar.gz`, fresh())).rejects.toThrow(
      /cannot be downloaded|neither ratings/,
    );
  });
});
