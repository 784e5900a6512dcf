/** The benchmark's page: measures networks in a worker, and tasks by the library's functions. */

import type { Example } from "../../../../src/web.js";
import type { NetworkTimes, TaskTimes } from "./times.js";

type Library = typeof import("../../../../src/web.js");

/** Milliseconds of the networks, on so many threads in every runtime. */
function networks(threads: number, rounds: number): Promise<NetworkTimes[]> {
  const worker = new Worker(`/bench/worker.js?threads=${threads}&rounds=${rounds}`, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data: { times, error } }) => (error ? reject(new Error(error)) : resolve(times));
  }).finally(() => worker.terminate()) as Promise<NetworkTimes[]>;
}

/** Milliseconds of a task's runs, after two. */
async function timed(name: string, rounds: number, run: () => Promise<unknown>): Promise<TaskTimes> {
  const milliseconds: number[] = [];
  for (let i = 0; i < rounds + 2; i++) {
    const started = performance.now();
    await run();
    milliseconds.push(performance.now() - started);
  }
  return { name, milliseconds: milliseconds.slice(2) };
}

/** Images of random shades, as many of each class. */
function randomExamples(classes: number, perClass: number, side: number): Example[] {
  return Array.from({ length: classes * perClass }, (_, i) => {
    const image = new ImageData(side, side);
    crypto.getRandomValues(
      new Uint8Array(image.data.buffer).subarray(0, Math.min(image.data.length, 65_536)),
    );
    for (let k = 3; k < image.data.length; k += 4) image.data[k] = 255;
    return { label: `class ${Math.floor(i / perClass)}`, image };
  });
}

/** Milliseconds of tasks of 5 classes with 5 examples each, and of the longest task of the main thread meanwhile. */
async function tasks(
  rounds: number,
  sides: readonly number[],
  drawings: readonly Example[],
): Promise<{ times: TaskTimes[]; longest: number }> {
  const long: number[] = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: "longtask",
  });
  const library: Library = await import(`${location.origin}/dist/web/index.js`);
  const times: TaskTimes[] = [];
  for (const side of sides) {
    const model = await library.loadModel(`/model-${side}/`);
    const [support, [query]] = [randomExamples(5, 5, side), randomExamples(1, 1, side)];
    times.push(
      await timed(
        `adapt to 25 images of ${side} × ${side} and predict one: prototypical, Conv4-64`,
        rounds,
        async () => (await model.adapt(support)).predict({ image: query.image }),
      ),
    );
  }
  const photos = randomExamples(5, 5, 160);
  for (const [name, examples] of [
    ["25 drawings", drawings],
    ["25 images of 160 × 160", photos],
  ] as const) {
    const { label: _, ...query } = examples[0];
    times.push(
      await timed(`teach ${name} and predict one`, rounds, async () =>
        (await library.teach(examples)).predict(query),
      ),
    );
    const task = await library.teach(examples);
    times.push(await timed(`predict one, of a task of ${name}`, rounds, () => task.predict(query)));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { times, longest: Math.max(0, ...long) };
}

Object.assign(globalThis, { networks, tasks });
