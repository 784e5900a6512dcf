/** A server that has served 500,000 requests has the memory, open files and threads of one that has served 50,000. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { Connection, postOf } from "../benchmarks/speed/serve/connection.js";
import { createClient } from "../src/serve/client.js";
import { temporaryFolder, vectors } from "./support/serve.js";

const cwd = temporaryFolder();
const MARKS = [10_000, 50_000, 100_000, 200_000, 300_000, 400_000, 500_000];
const CONNECTIONS = 16;
/** A change of a task per so many predictions. */
const CHANGES = 200;

interface Usage {
  readonly megabytes: number;
  readonly threads: number;
  readonly files: number;
}

function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return {
    megabytes: Math.round(of("VmRSS") / 1024),
    threads: of("Threads"),
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
}

it.skipIf(process.platform !== "linux")(
  `keeps its memory over ${MARKS.at(-1)} requests`,
  async () => {
    const args = [resolve("dist/bundle/main.js"), "serve", "--port", "0", "--json", "--log", "silent"];
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const { url } = JSON.parse(line);
      const client = createClient(url);
      const { task } = await client.teach({ examples: vectors(25) });
      const { task: changing } = await client.teach({ examples: vectors(10) });
      const requests = vectors(1000).map(({ x }) =>
        postOf(
          url,
          `/v1/tasks/${task.id}/predict`,
          "application/json",
          JSON.stringify({ examples: [{ x }] }),
        ),
      );
      const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(url)));
      const usages: Usage[] = [];
      let sent = 0;
      for (const mark of MARKS) {
        const change = async () => {
          while (sent < mark) {
            const before = sent;
            await client.add(changing.id, [
              { id: "extra", label: "c0", x: vectors(1)[0].x.map((v) => v + sent) },
            ]);
            await client.predict(changing.id, [{ x: vectors(3)[2].x }]);
            await client.remove(changing.id, "extra");
            while (sent < Math.min(mark, before + CHANGES)) await new Promise((done) => setTimeout(done, 20));
          }
        };
        const predict = async (connection: Connection) => {
          while (sent < mark) expect(await connection.send(requests[sent++ % requests.length])).toBe(200);
        };
        await Promise.all([change(), ...connections.map(predict)]);
        usages.push(usageOf(child.pid!));
        const { megabytes, threads, files } = usages.at(-1)!;
        process.stdout.write(`${mark} requests: ${megabytes} MB, ${threads} threads, ${files} files\n`);
      }
      for (const connection of connections) connection.close();
      const [, early] = usages;
      const last = usages.at(-1)!;
      expect(last.megabytes).toBeLessThan(1.2 * early.megabytes);
      expect(last.threads).toBe(early.threads);
      expect(last.files).toBeLessThanOrEqual(early.files + 2);
    } finally {
      child.kill("SIGKILL");
    }
  },
  3_600_000,
);
