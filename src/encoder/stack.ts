/**
 * An encoder of four standard blocks and, unless the flattened output has the model's width already, a linear layer. On
 * images it is Conv4; on sequences its convolutions are temporal.
 */

import { z } from "zod";
import { evenRanges, sizeOf } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { type BlockParams, block, initBlock, initStatistics } from "../nn/block.js";
import { heLayer } from "../nn/init.js";
import { linear } from "../nn/layers.js";
import type { Statistics } from "../nn/normalise.js";
import type { TypedEncoder } from "./types.js";

/** Number of blocks; each divides the size of the space axes by 2, down to 1. */
export const BLOCKS = 4;
/** Smallest number of examples per part. */
const MIN_PART = 8;

type StackParams = { blocks: BlockParams[]; project?: { weight: Tensor; bias: Tensor } };
type StackState = { blocks: Statistics[] };

/** Size of the flattened output for an example of `shape` `[C, …space]`, with so many channels. */
const flatSize = (shape: readonly number[], channels: number) =>
  channels * sizeOf(shape.slice(1).map((size) => Math.max(1, size >> BLOCKS)));

/** Transpose `[N, C, …space]` to `[N, …space, C]`, as the blocks expect. */
export const channelsLast = (x: Tensor) => x.transpose([0, ...x.shape.slice(2).map((_, i) => i + 2), 1]);

/** Divide a batch into `count` parts of nearly equal size; one part if it has too few examples. */
export function inParts(x: Tensor, count: number): Tensor[] {
  const examples = x.shape[0];
  if (count === 1 || examples < count * MIN_PART) return [x];
  return evenRanges(examples, count).map((range) => x.slice(range));
}

/** The options of the encoders that are made of {@link stack}. */
export const stackOptions = z.strictObject({
  /** Channels of the convolutions; default the model's width. Fewer cost less; a linear layer maps to the model's width. */
  channels: z.number().int().min(1).max(1024).optional(),
});

/** Activations stored per example for a gradient: four times the outputs of the first convolution. */
export const stackActivations = (
  { shape }: ModalitySpec,
  width: number,
  { channels = width }: z.infer<typeof stackOptions>,
) => 4 * channels * sizeOf(shape.slice(1));

/** The encoder that stacks blocks over the space axes of [C, …space]. */
export const stack = ({
  channels,
}: z.infer<typeof stackOptions> = {}): TypedEncoder<StackParams, StackState> => ({
  init({ shape }, width, random) {
    const out = channels ?? width;
    const blocks = Array.from({ length: BLOCKS }, (_, i) =>
      initBlock(random, { in: i === 0 ? shape[0] : out, out }, shape.length - 1),
    );
    const flat = flatSize(shape, out);
    if (flat === width) return { blocks };
    return { blocks, project: heLayer(random, flat, width) };
  },

  initState(_, width) {
    return { blocks: Array.from({ length: BLOCKS }, () => initStatistics(channels ?? width)) };
  },

  encode({ blocks, project }, x, given, source) {
    const statistics: Statistics[] = [];
    const top = blocks.reduce(
      (h, p, i) => {
        const out = block(h, p, given.blocks[i], source);
        statistics.push(out.statistics);
        return out.parts;
      },
      inParts(channelsLast(x), source.parts ?? 1),
    );
    const flat = np.concatenate(
      top.map((part) => part.reshape([part.shape[0], -1])),
      0,
    );
    return { features: project ? linear(flat, project) : flat, statistics: { blocks: statistics } };
  },
});
