/**
 * What needs no training, on the same episodes: nearest centroids of the very arrays that encoders are given. Texts by the
 * cosine of tf-idf, all else (pixels, log-mel spectrograms, points of strokes, measurements) by the Euclidean distance.
 */

import type { Column, Episode } from "../../../src/episode/index.js";
import { largestOf, type Rival } from "../rival.js";
import { tfIdf } from "../tf-idf.js";

/** The names of floors, by the kind of the modality. */
const floorNames: Readonly<Record<string, string>> = {
  text: "tf-idf",
  image: "pixels",
  audio: "log-mel",
  strokes: "points",
  vector: "measurements",
  tabular: "cells",
};

export const floorName = (kind: string, modality: string): string => `${floorNames[kind]} of ${modality}`;

/** The floor of one modality. */
export const floorOf = (modality: string): Rival => {
  return (table, episode) => {
    const column = table.columns[modality];
    if (column.spec.kind !== "text") return nearestCentroid(column, episode);
    return tfIdf({ ...table, columns: { text: column } }, episode);
  };
};

function nearestCentroid({ data, present }: Column, { classes, support, query }: Episode): number[] {
  const size = data.length / present.length;
  const centroids = classes.map((_, k) => {
    const mean = new Float64Array(size);
    const own = support.filter(({ label }) => label === k);
    for (const { row } of own) for (let i = 0; i < size; i++) mean[i] += data[row * size + i] / own.length;
    return mean;
  });
  return query.map(({ row }) =>
    largestOf(
      centroids.map((mean) => {
        let distance = 0;
        for (let i = 0; i < size; i++) distance += (data[row * size + i] - mean[i]) ** 2;
        return -distance;
      }),
    ),
  );
}
