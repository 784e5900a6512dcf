/** What is read from the events of runs, and the index of many of them. */

import { appendFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import protobuf from "protobufjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeEventFiles } from "./event-folder.js";
import { lock } from "./lock.js";
import { findRuns, RunIndex } from "./run-index.js";
import { readRun, runAt } from "./run-record.js";
import { eventFile } from "./tensorboard.js";
import { thinned } from "./thinned.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "metamodal-runs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const time = "2026-12-01T09:30:00.000Z";
const start = (step: number) => ({ type: "start", part: "image", step, steps: 4, parameters: 7, time });
const steps = (from: number, to: number, loss: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    type: "step",
    part: "image",
    step: from + i + 1,
    loss,
    time,
  }));
const scored = (step: number, accuracy: number, best: boolean) => ({
  ...{ type: "eval", part: "image", step, accuracy, halfWidth: 0.01, best, time },
});
const whole = [
  { type: "data", path: "photos", time },
  start(0),
  ...steps(0, 4, 2),
  scored(4, 0.8, true),
  { type: "model", time },
];

function writeRun(name: string, events: readonly object[], rest = ""): string {
  const path = join(folder, `${name}.run`);
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "events.jsonl"),
    `${events.map((event) => JSON.stringify(event)).join("\n")}\n${rest}`,
  );
  return path;
}

describe("a run", () => {
  it("is read from its events", () => {
    const { record, curves } = readRun(writeRun("a", whole));
    expect(record).toMatchObject({ state: "finished", data: "photos", started: time, warnings: [] });
    expect(record.parts).toMatchObject([
      { part: "image", step: 4, steps: 4, loss: 2, best: { step: 4, accuracy: 0.8 } },
    ]);
    expect(curves.map(({ name, steps: own }) => [name, ...own])).toEqual([
      ["loss", 1, 2, 3, 4],
      ["validation", 4],
    ]);
  });

  it("counts steps once that were trained again, and leaves a half line out", () => {
    const events = [start(0), ...steps(0, 3, 2), scored(3, 0.9, true), start(2), ...steps(2, 4, 1)];
    const { record, curves } = readRun(writeRun("a", events, '{"type":"mod'));
    expect(record.state).toBe("interrupted");
    expect(record.parts[0]).toMatchObject({ step: 4, loss: 1, best: undefined });
    expect(curves[0].steps).toEqual([1, 2, 3, 4]);
    expect(curves[0].values).toEqual([2, 2, 1, 1]);
  });

  it("keeps the best score up to the step that it is resumed from", () => {
    const scores = [scored(1, 0.5, true), scored(2, 0.6, true), scored(3, 0.7, true)];
    const { record } = readRun(writeRun("a", [start(0), ...steps(0, 3, 2), ...scores, start(2)]));
    expect(record.parts[0].best).toMatchObject({ step: 2, accuracy: 0.6 });
  });

  it("is running while a process holds its lock", () => {
    const path = writeRun("a", whole.slice(0, -1));
    const unlock = lock(path)!;
    expect(readRun(path).record.state).toBe("running");
    unlock();
    expect(readRun(path).record.state).toBe("interrupted");
  });

  it("is found by its own path and by its model's", () => {
    const path = writeRun("a.model", whole);
    for (const each of [path, `${path}/`, `${path}//`]) expect(runAt(each)).toBe(path);
    expect(runAt(join(folder, "a.model/"))).toBe(path);
    expect(() => runAt(folder)).toThrow(/there is no run/);
    writeRun("b", whole, "no JSON\n");
    expect(() => readRun(join(folder, "b.run"))).toThrow(/b\.run\/events\.jsonl:9: the line is no JSON/);
  });
});

describe("the index", () => {
  it("reads what has changed, and is made anew if it is damaged", () => {
    const at = join(folder, "index", "runs.db");
    const path = writeRun("deep/a", whole.slice(0, -1));
    expect(findRuns(folder)).toEqual([path]);
    let index = new RunIndex(at);
    expect(index.run(path).state).toBe("interrupted");
    appendFileSync(join(path, "events.jsonl"), `${JSON.stringify({ type: "model", time })}\n`);
    expect(index.run(path).state).toBe("finished");
    index.close();
    writeFileSync(at, "damaged".repeat(1000));
    index = new RunIndex(at);
    expect(index.run(path).state).toBe("finished");
    expect(index.curves(path).map(({ name }) => name)).toEqual(["loss", "validation"]);
    index.close();
  });

  it("has a hundred long runs at once", () => {
    const first = writeRun("0", [start(0), ...steps(0, 2000, 1), { type: "model", time }]);
    const paths = Array.from({ length: 100 }, (_, i) => join(folder, `${i}.run`));
    for (const path of paths.slice(1)) {
      mkdirSync(path);
      linkSync(join(first, "events.jsonl"), join(path, "events.jsonl"));
    }
    const index = new RunIndex(join(folder, "runs.db"));
    for (const path of paths) index.run(path);
    const before = performance.now();
    for (const path of paths) index.run(path);
    expect(performance.now() - before).toBeLessThan(500);
    expect(index.curves(first)[0].values).toHaveLength(400);
    index.close();
  });
});

it("event files of runs of one name have names of their own", async () => {
  const paths = ["x/a-2", "y/a", "z/a"].map((name) => writeRun(name, whole));
  const files = await writeEventFiles(
    paths.map((path) => ({ path, curves: readRun(path).curves })),
    join(folder, "logs"),
  );
  expect(new Set(files).size).toBe(3);
});

it("curves are thinned to means at the last steps", () => {
  const values = Array.from({ length: 1000 }, (_, i) => i);
  const curve = thinned({ steps: values, values, times: values });
  expect(curve.steps.at(-1)).toBe(999);
  expect(curve.values).toHaveLength(400);
  expect(curve.values[0]).toBe(0.5);
});

it("event files are records of messages that another implementation reads", () => {
  const bytes = Buffer.from(eventFile(readRun(writeRun("a", whole)).curves));
  const { root } = protobuf.parse(`syntax = "proto3";
    message Value { string tag = 1; float simple_value = 2; }
    message Summary { repeated Value value = 1; }
    message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }`);
  const Event = root.lookupType("Event");
  const events: protobuf.Message[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    events.push(Event.decode(bytes.subarray(at + 12, at + 12 + length)));
    at += 16 + length;
  }
  const [first, second, ...others] = events.map((event) => Event.toObject(event, { longs: Number }));
  expect(first).toEqual({ wallTime: Date.parse(time) / 1000, fileVersion: "brain.Event:2" });
  expect(second).toMatchObject({ step: 1, summary: { value: [{ tag: "image/loss", simpleValue: 2 }] } });
  expect(others).toHaveLength(4);
  // The masked CRC-32C of the length 24 in eight bytes, as TensorFlow writes it.
  const empty = Buffer.from(eventFile([]));
  expect(empty.readUInt32LE(0)).toBe(24);
  expect(empty.readUInt32LE(8)).toBe(0x224b7fa3);
});
