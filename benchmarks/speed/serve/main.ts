/**
 * `npm run bench:serve`: predictions per second of `metamodal serve` and their times, of vectors and of photos. The server is
 * the built command line with its defaults, in a process of its own; requests are sent from this one.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import sharp from "sharp";
import { createClient } from "../../../src/serve/client.js";
import { describeMachine } from "../machine.js";
import { postOf } from "./connection.js";
import { type Load, loadOf } from "./load.js";

const VECTOR = { classes: 5, examples: 25, length: 16, count: 20_000 } as const;
const PHOTO = { width: 1600, height: 1200, count: 200 } as const;

/** A vector of class `k`. */
const vector = (k: number, n: number): number[] =>
  Array.from({ length: VECTOR.length }, (_, i) => Math.sin(k * 7 + i) + 0.1 * Math.cos(n * 13 + i * i));

const photo = (name: string): Promise<Uint8Array> =>
  sharp(readFileSync(resolve(`datasets/emoji/fruit/${name}/blobmoji.png`)))
    .flatten({ background: "white" })
    .resize(PHOTO.width, PHOTO.height, { fit: "contain", background: "white" })
    .jpeg({ quality: 90 })
    .toBuffer();

/** A JPEG file with a comment after its first marker: another file of the same picture. */
function commented(jpeg: Uint8Array, comment: string): Uint8Array {
  const segment = Buffer.from([0xff, 0xfe, 0, 2 + comment.length]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, Buffer.from(comment), jpeg.subarray(2)]);
}

function formOf(bytes: Uint8Array): { type: string; body: Uint8Array } {
  const head = `--part\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`;
  return {
    type: "multipart/form-data; boundary=part",
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n--part--\r\n")]),
  };
}

async function vectorLoads(url: string): Promise<(readonly [string, Load])[]> {
  const examples = Array.from({ length: VECTOR.examples }, (_, n) => ({
    label: `c${n % VECTOR.classes}`,
    x: vector(n % VECTOR.classes, n),
  }));
  const { task } = await createClient(url).teach({ examples });
  const requests = Array.from({ length: 500 }, (_, n) => {
    const body = JSON.stringify({ examples: [{ x: vector(n % VECTOR.classes, n) }] });
    return postOf(url, `/v1/tasks/${task.id}/predict`, "application/json", body);
  });
  const loads: (readonly [string, Load])[] = [];
  for (const connections of [1, 16, 32, 64]) {
    const load = await loadOf(url, requests, { count: VECTOR.count, connections });
    loads.push([`a vector of ${VECTOR.length} numbers, ${connections} at a time`, load]);
  }
  return loads;
}

async function photoLoads(url: string): Promise<(readonly [string, Load])[]> {
  const photos = await Promise.all(["apple", "lemon", "banana"].map(photo));
  const examples = photos.map((bytes, k) => ({
    label: `c${k}`,
    image: { base64: Buffer.from(bytes).toString("base64") },
  }));
  const { task } = await createClient(url).teach({ examples });
  let sent = 0;
  // Vectors of files that were embedded before come from a cache: each request has another file.
  const requests = () =>
    Array.from({ length: Math.ceil(1.1 * PHOTO.count) }, () => {
      const { type, body } = formOf(commented(photos[sent % photos.length], `photo ${sent++}`));
      return postOf(url, `/v1/tasks/${task.id}/predict`, type, body);
    });
  const loads: (readonly [string, Load])[] = [];
  for (const connections of [1, 4]) {
    const load = await loadOf(url, requests(), { count: PHOTO.count, connections });
    loads.push([`a photo of ${PHOTO.width} × ${PHOTO.height}, ${connections} at a time`, load]);
  }
  return loads;
}

const cwd = mkdtempSync(join(tmpdir(), "metamodal-bench-serve-"));
const args = [resolve("dist/bundle/main.js"), "serve", "--port", "0", "--json"];
const env = { ...process.env, METAMODAL_CACHE: join(cwd, "cache") };
const server = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
try {
  const [line] = (await once(createInterface(server.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const { cpu, cores, node } = describeMachine(null);
  process.stdout.write(
    `${cpu}, ${cores} cores, Node ${node}; load ${loadavg()[0].toFixed(1)} at the start\n\n`,
  );
  process.stdout.write("| predictions of | per second | p50 | p99 |\n| --- | ---: | ---: | ---: |\n");
  for (const loads of [vectorLoads, photoLoads])
    for (const [name, { perSecond, p50, p99 }] of await loads(url))
      process.stdout.write(
        `| ${name} | ${perSecond.toFixed(0)} | ${p50.toFixed(1)} ms | ${p99.toFixed(1)} ms |\n`,
      );
} finally {
  server.kill("SIGTERM");
  rmSync(cwd, { recursive: true, force: true });
}
