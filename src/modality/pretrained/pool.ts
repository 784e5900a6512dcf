/**
 * Pools a model's output to one vector: `[1, d]` unchanged; for tokens `[1, T, d]`, the mean over those that are not padding,
 * Σ_t m_t h_t / Σ_t m_t, or the first token; for positions `[1, C, H, W]`, global average pooling.
 */

import type { ForeignResult } from "../../engine/run/foreign.js";
import type { CommonOptions } from "./types.js";

/** The pooled vector; undefined if the shape is none of these. `mask` `[T]` is the padding mask of the tokens. */
export function pooled(
  { shape, data }: ForeignResult,
  pooling: CommonOptions["pooling"],
  mask: ArrayLike<number> | undefined,
  channelsLast: boolean,
): Float32Array | undefined {
  if (data.length === 0 || (shape.length > 1 && shape[0] !== 1)) return undefined;
  if (shape.length === 1 || shape.length === 2) return data;
  if (shape.length === 4) {
    const channels = shape[channelsLast ? 3 : 1];
    const places = data.length / channels;
    return channelsLast
      ? meanOver(data, places, channels, 1, channels)
      : meanOver(data, places, channels, places, 1);
  }
  if (shape.length !== 3) return undefined;
  const [, tokens, length] = shape;
  if (pooling === "first") return data.slice(0, length);
  return meanOver(data, tokens, length, 1, length, mask?.length === tokens ? mask : undefined);
}

/** Mean `[length]` over `places`, without those of `mask` 0; `entry` and `place` are the strides of the two axes. */
function meanOver(
  data: Float32Array,
  places: number,
  length: number,
  entry: number,
  place: number,
  mask?: ArrayLike<number>,
): Float32Array {
  let count = 0;
  const sums = new Float64Array(length);
  for (let t = 0; t < places; t++) {
    if (mask?.[t] === 0) continue;
    count++;
    for (let k = 0; k < length; k++) sums[k] += data[t * place + k * entry];
  }
  return Float32Array.from(sums, (sum) => sum / count);
}
