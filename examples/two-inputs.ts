/**
 * A model with two inputs: an encoder each, one fused classifier, cross-entropy, and a meta-learner over it.
 *
 *   f(x) = α_image g_image(image) + α_strokes g_strokes(strokes),  min_θ E_task[ L(adapt(θ, support), query) ]
 *
 * The inputs are made here: glyphs of a few random lines, drawn by a shaky hand, seen as a picture and as the
 * pen's path. MAML learns where to start from, so that two gradient steps on one example a class are enough.
 */

import { pathToFileURL } from "node:url";
import { createDataset, type Example, metaTrain } from "metamodal";

type Point = [x: number, y: number];
const SIZE = 28;

/** A small deterministic generator, so that the example prints the same every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The corners of one class's glyph. */
const glyph = (next: () => number): Point[] =>
  Array.from({ length: 5 }, () => [4 + 20 * next(), 4 + 20 * next()]);

/** The glyph drawn once: the pen's path, and its picture (ink is 255). */
function draw(corners: Point[], next: () => number): { strokes: Point[][]; image: object } {
  const path = corners.map(([x, y]): Point => [x + 2 * next() - 1, y + 2 * next() - 1]);
  const data = new Uint8Array(SIZE * SIZE);
  for (let i = 1; i < path.length; i++)
    for (let t = 0; t <= 1; t += 0.02) {
      const [x, y] = [0, 1].map((k) => Math.round(path[i - 1][k] * (1 - t) + path[i][k] * t));
      if (x >= 0 && x < SIZE && y >= 0 && y < SIZE) data[y * SIZE + x] = 255;
    }
  return { strokes: [path], image: { width: SIZE, height: SIZE, channels: 1, data } };
}

/** Train on some glyphs, adapt to others; returns the share of right answers about glyphs never seen. */
export async function main(steps = 60): Promise<number> {
  const next = randomFrom(1);
  const glyphs = Array.from({ length: 24 }, () => glyph(next));
  const drawn = (kind: number, times: number): Example[] =>
    Array.from({ length: times }, () => ({ label: `glyph ${kind}`, ...draw(glyphs[kind], next) }));

  const data = createDataset({
    name: "glyphs",
    examples: glyphs.slice(0, 20).flatMap((_, kind) => drawn(kind, 8)),
    modalities: { image: { kind: "image" }, strokes: { kind: "strokes" } },
  });
  const run = metaTrain({
    data,
    modalities: ["image", "strokes"],
    encoders: { image: "conv4", strokes: "sequence" },
    fusion: "learned",
    width: 16,
    learner: { name: "maml", innerSteps: 2, innerLearningRate: 0.4 },
    episode: { way: 4, shot: 1, query: 4 },
    train: { steps, metaBatch: 2, learningRate: 0.003, evalEvery: 30, evalEpisodes: 20 },
    seed: 1,
  });
  for await (const event of run)
    if (event.type === "eval")
      console.log(`step ${event.step}: validation accuracy ${event.accuracy!.toFixed(2)}`);
  const model = await run.model();

  const unseen = [20, 21, 22, 23];
  const task = await model.adapt(unseen.flatMap((kind) => drawn(kind, 1)));
  const queries = unseen.flatMap((kind) => drawn(kind, 10));
  const answers = await task.predictAll(queries);
  const right = answers.filter(({ label }, i) => label === queries[i].label).length / answers.length;
  console.log(`four unseen glyphs, one example each: ${(100 * right).toFixed(0)} % right`);

  const { image } = queries[0];
  const seen = await task.predict({ image });
  console.log(
    `${queries[0].label} by its picture only: ${seen.label}, weights ${JSON.stringify(seen.weights)}`,
  );
  return right;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
