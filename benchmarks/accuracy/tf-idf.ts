/**
 * Nearest centroid by cosine similarity of tf-idf vectors (Salton and Buckley, 1988). The vectors are the inputs of the
 * model's n-gram encoder.
 */

import { argmax, type BaselinePredictor } from "./baseline-predictor.js";

/** Predict from the modality `text`, whose rows are [2, features]: hash buckets, then tf-idf weights. */
export const tfIdf: BaselinePredictor = ({ columns: { text } }, { classes, support, query }) => {
  const data = text.data;
  const features = data.length / text.present.length / 2;
  const vectorOf = (row: number) => {
    const start = row * 2 * features;
    return Array.from({ length: features }, (_, i): [bucket: number, weight: number] => [
      data[start + i],
      data[start + features + i],
    ]);
  };
  const centroids = classes.map((_, k) => {
    const sum = new Map<number, number>();
    for (const { row, label } of support)
      if (label === k)
        for (const [bucket, weight] of vectorOf(row)) sum.set(bucket, (sum.get(bucket) ?? 0) + weight);
    const norm = Math.hypot(...sum.values()) || 1;
    return new Map([...sum].map(([bucket, weight]) => [bucket, weight / norm]));
  });
  return query.map(({ row }) => {
    const vector = vectorOf(row);
    return argmax(
      centroids.map((centroid) =>
        vector.reduce((sum, [bucket, weight]) => sum + weight * (centroid.get(bucket) ?? 0), 0),
      ),
    );
  });
};
