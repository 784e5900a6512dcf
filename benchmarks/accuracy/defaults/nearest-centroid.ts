/**
 * Nearest-centroid baselines on the encoders' inputs, without training: cosine similarity of tf-idf vectors for text,
 * Euclidean distance for every other kind (pixels, log-mel spectrograms, stroke points, measurements).
 */

import type { Column, Episode } from "../../../src/episode/index.js";
import { argmax, type BaselinePredictor } from "../baseline-predictor.js";
import { tfIdf } from "../tf-idf.js";

/** What a baseline compares, by kind of the modality. */
const FEATURES: Readonly<Record<string, string>> = {
  text: "tf-idf",
  image: "pixels",
  audio: "log-mel",
  strokes: "points",
  vector: "measurements",
  tabular: "cells",
};

export const baselineName = (kind: string, modality: string): string => `${FEATURES[kind]} of ${modality}`;

/** The nearest-centroid baseline of one modality. */
export const nearestCentroid =
  (modality: string): BaselinePredictor =>
  (table, episode) => {
    const column = table.columns[modality];
    return column.spec.kind === "text"
      ? tfIdf({ ...table, columns: { text: column } }, episode)
      : nearestByDistance(column, episode);
  };

function nearestByDistance({ data, present }: Column, { classes, support, query }: Episode): number[] {
  const size = data.length / present.length;
  const centroids = classes.map((_, k) => {
    const mean = new Float64Array(size);
    const items = support.filter(({ label }) => label === k);
    for (const { row } of items)
      for (let i = 0; i < size; i++) mean[i] += data[row * size + i] / items.length;
    return mean;
  });
  return query.map(({ row }) =>
    argmax(
      centroids.map((mean) => {
        let squaredDistance = 0;
        for (let i = 0; i < size; i++) squaredDistance += (data[row * size + i] - mean[i]) ** 2;
        return -squaredDistance;
      }),
    ),
  );
}
