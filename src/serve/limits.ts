/** What one server takes on, and the count of what is in progress. */

import { InputError } from "../base/errors.js";
import { busy, Refusal } from "./refusal.js";

export interface Limits {
  /** Bytes of a request's body. */
  readonly maxBody: number;
  /** Seconds until a request must have arrived, and that its work may take. */
  readonly maxSeconds: number;
  /** Pixels of a request's images, in all. */
  readonly maxPixels: number;
  /** Examples of a task, and of a request. */
  readonly maxExamples: number;
  /** Tasks in the database. */
  readonly maxTasks: number;
  /** Tasks held in memory. */
  readonly maxLoaded: number;
  /** Requests in progress. */
  readonly maxConcurrent: number;
  /** Bytes of memory of the process from which on it takes no further work. */
  readonly maxMemory: number;
}

export const defaultLimits: Limits = {
  maxBody: 32 * 2 ** 20,
  maxSeconds: 60,
  maxPixels: 500e6,
  maxExamples: 10_000,
  maxTasks: 100_000,
  maxLoaded: 64,
  maxConcurrent: 256,
  maxMemory: 4 * 2 ** 30,
};

/** The largest values of limits that the runtime bounds: a body is one string, and a timer has 32 bits. */
const greatest: Readonly<Partial<Limits>> = { maxBody: 256 * 2 ** 20, maxSeconds: 24 * 3600 };

/** @throws {InputError} `serve/bad-limit` */
export function checkLimits(limits: Limits): void {
  for (const [name, limit] of Object.entries(limits)) {
    const most = greatest[name as keyof Limits] ?? Number.MAX_SAFE_INTEGER;
    if (limit > 0 && limit <= most) continue;
    throw new InputError({
      code: "serve/bad-limit",
      where: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      problem: `it amounts to ${limit}`,
      expected: name === "maxBody" ? `at most ${most} bytes` : `at most ${most}`,
      remedy: "Choose another value.",
    });
  }
}

/** Largest number of bodies at the limit whose bytes may be in memory at once. */
const BODIES = 8;
/** Milliseconds between two measurements of the process's memory. */
const MEASURED = 100;

/** Counts the requests in progress and the bytes of their bodies. */
export class Gate {
  #running = 0;
  #bytes = 0;
  #measured = -MEASURED;
  #memory = 0;
  readonly #idle: (() => void)[] = [];

  constructor(private readonly limits: Limits) {}

  get running(): number {
    return this.#running;
  }

  /** Run `work` if there is room. @throws {Refusal} 429 otherwise */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { maxConcurrent, maxMemory } = this.limits;
    if (this.#running >= maxConcurrent) throw busy("serve/busy", `${maxConcurrent} requests are in progress`);
    // A process may keep memory that it no longer uses: one request at a time is always served.
    if (this.#running > 0 && this.#rss() > maxMemory)
      throw busy("serve/memory", "its memory is at the limit of --max-memory");
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) for (const done of this.#idle.splice(0)) done();
    }
  }

  /** Count bytes of a request's body until the request ends. @throws {Refusal} 429 if too many are in memory */
  take(bytes: number): void {
    if (this.#bytes + bytes > BODIES * this.limits.maxBody)
      throw busy("serve/busy", "the bodies of other requests fill the memory for them");
    this.#bytes += bytes;
  }

  /** The request of a body of so many bytes has ended. */
  give(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Resolves when no request is in progress. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((done) => this.#idle.push(done));
  }

  #rss(): number {
    const now = performance.now();
    if (now - this.#measured >= MEASURED) {
      this.#memory = process.memoryUsage.rss();
      this.#measured = now;
    }
    return this.#memory;
  }
}

/** Check the number of examples of a request or task. @throws {Refusal} `serve/too-many-examples` */
export function checkExamples(count: number, { maxExamples }: Limits): void {
  if (count <= maxExamples) return;
  throw new Refusal(413, {
    code: "serve/too-many-examples",
    where: "examples",
    problem: `there are ${count}`,
    expected: `at most ${maxExamples}`,
    remedy: "Give fewer, or start the server with a higher --max-examples.",
  });
}
