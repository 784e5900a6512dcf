/**
 * MAML with two modalities: one encoder each, learned fusion weights α, a linear classifier and cross-entropy.
 *
 *   f(x) = α_image g_image(image) + α_strokes g_strokes(strokes),  min_θ E_task[ L(adapt(θ, support), query) ]
 *
 * The data are generated: every class is a glyph of four line segments, drawn with noise, as an image and as pen strokes.
 * MAML (Finn, Abbeel and Levine, 2017) learns initial parameters θ that two gradient steps adapt to new classes.
 *
 *   npm run build && node dist/examples/two-inputs.js
 */

import { pathToFileURL } from "node:url";
import { createDataset, type Example, metaTrain } from "metamodal";

type Point = [x: number, y: number];
/** Width and height of images in pixels. */
const IMAGE_SIZE = 28;
const TRAIN_CLASSES = 20;
const TEST_CLASSES = 4;

/** A seeded generator of uniform numbers in [0, 1), so that every run gives the same result. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The five corners of a random glyph. */
const randomGlyph = (random: () => number): Point[] =>
  Array.from({ length: 5 }, () => [4 + 20 * random(), 4 + 20 * random()]);

/** Draw a glyph with noise of up to one pixel. Returns pen strokes and a greyscale image (ink is 255). */
function drawGlyph(corners: Point[], random: () => number): { strokes: Point[][]; image: object } {
  const path = corners.map(([x, y]): Point => [x + 2 * random() - 1, y + 2 * random() - 1]);
  const data = new Uint8Array(IMAGE_SIZE * IMAGE_SIZE);
  for (let i = 1; i < path.length; i++)
    for (let t = 0; t <= 1; t += 0.02) {
      const [x, y] = [0, 1].map((k) => Math.round(path[i - 1][k] * (1 - t) + path[i][k] * t));
      if (x >= 0 && x < IMAGE_SIZE && y >= 0 && y < IMAGE_SIZE) data[y * IMAGE_SIZE + x] = 255;
    }
  return { strokes: [path], image: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 1, data } };
}

const accuracyOf = (predictions: readonly { label?: unknown }[], queries: readonly Example[]): number =>
  predictions.filter(({ label }, i) => label === queries[i].label).length / queries.length;

const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;

/** Train on 20 classes and adapt to 4 unseen ones. Returns the accuracy on queries of the unseen classes. */
export async function main(steps = 60): Promise<number> {
  // 1. Generate a data set.
  const random = createRandom(1);
  const glyphs = Array.from({ length: TRAIN_CLASSES + TEST_CLASSES }, () => randomGlyph(random));
  const drawExamples = (classIndex: number, count: number): Example[] =>
    Array.from({ length: count }, () => ({
      label: `glyph ${classIndex}`,
      ...drawGlyph(glyphs[classIndex], random),
    }));
  const data = createDataset({
    name: "glyphs",
    examples: glyphs.slice(0, TRAIN_CLASSES).flatMap((_, classIndex) => drawExamples(classIndex, 8)),
    modalities: { image: { kind: "image" }, strokes: { kind: "strokes" } },
  });

  // 2. Meta-train. A run is an async iterable of events.
  const run = metaTrain({
    data,
    modalities: ["image", "strokes"],
    encoders: { image: "conv4", strokes: "sequence" },
    fusion: "learned",
    auxiliary: { name: "dropout", rate: 0.5 }, // modality dropout, for predictions with a missing modality
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

  // 3. Adapt to the unseen classes from one example per class, and predict 10 queries per class.
  const unseenClasses = Array.from({ length: TEST_CLASSES }, (_, k) => TRAIN_CLASSES + k);
  const task = await model.adapt(unseenClasses.flatMap((classIndex) => drawExamples(classIndex, 1)));
  const queries = unseenClasses.flatMap((classIndex) => drawExamples(classIndex, 10));
  const predictions = await task.predictAll(queries);
  const accuracy = accuracyOf(predictions, queries);
  console.log(`4-way 1-shot accuracy on unseen classes: ${percent(accuracy)}`);

  // 4. Predict with a missing modality: the fusion weights of the present ones sum to 1.
  for (const modality of ["image", "strokes"] as const) {
    const unimodal = await task.predictAll(queries.map((query) => ({ [modality]: query[modality] })));
    const unimodalAccuracy = accuracyOf(unimodal, queries);
    console.log(
      `from ${modality} only: ${percent(unimodalAccuracy)}, weights ${JSON.stringify(unimodal[0].weights)}`,
    );
  }
  return accuracy;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
