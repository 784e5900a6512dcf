/**
 * Nearest centroid by the cosine of tf-idf (Salton, Buckley, 1988), on the very weights that the model's text encoder is given:
 * what it must be better than.
 */

import { largestOf, type Rival } from "./rival.js";

/** By the modality `text`. */
export const tfIdf: Rival = ({ columns: { text } }, { classes, support, query }) => {
  const data = text.data;
  const features = data.length / text.present.length / 2;
  const weightsOf = (row: number) => {
    const start = row * 2 * features;
    return Array.from({ length: features }, (_, i): [number, number] => [
      data[start + i],
      data[start + features + i],
    ]);
  };
  const centroids = classes.map((_, k) => {
    const sum = new Map<number, number>();
    for (const { row, label } of support)
      if (label === k)
        for (const [bucket, weight] of weightsOf(row)) sum.set(bucket, (sum.get(bucket) ?? 0) + weight);
    const size = Math.hypot(...sum.values()) || 1;
    return new Map([...sum].map(([bucket, weight]) => [bucket, weight / size]));
  });
  return query.map(({ row }) => {
    const weights = weightsOf(row);
    return largestOf(
      centroids.map((own) =>
        weights.reduce((sum, [bucket, weight]) => sum + weight * (own.get(bucket) ?? 0), 0),
      ),
    );
  });
};
