/**
 * A small residual network (He, Zhang, Ren, Sun, 2016): four stages y = maxPool(max(0, F(x) + x P)), where F is two
 * normalised 3×3 convolutions and P a 1×1 convolution; each stage has twice the channels of the previous one. Global average
 * pooling and a linear layer to the model's width follow.
 */

import { z } from "zod";
import { sizeOf } from "../base/array.js";
import type { Random } from "../base/random.js";
import { np, type Tensor } from "../engine/index.js";
import { initStatistics } from "../nn/block.js";
import { groupNormalise } from "../nn/group.js";
import { constant, heNormal, uniformLayer } from "../nn/init.js";
import { convolve, type Linear, linear, maxPool, relu } from "../nn/layers.js";
import { type NormaliseParams, normalise, type Statistics } from "../nn/normalise.js";
import { BLOCKS, channelsLast, inParts } from "./stack.js";
import { defineEncoder, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Channels of the first stage. */
  channels: z.number().int().multipleOf(8).min(8).max(128).default(32),
  /** `batch` normalisation with the statistics that the recipe chooses, or `group` normalisation. */
  normalise: z.enum(["batch", "group"]).default("batch"),
});
type ResnetOptions = z.infer<typeof options>;

const convolutions = ["first", "second", "across"] as const;
type Layer = NormaliseParams & { readonly weight: Tensor };
type Stage = Record<(typeof convolutions)[number], Layer>;
type State = { readonly stages?: readonly Readonly<Record<string, Statistics>>[] };
type Params = { readonly stages: Stage[]; readonly out: Linear };

function initLayer(random: Random, from: number, to: number, size: number) {
  return {
    weight: heNormal(random, [to, from, size, size], from * size * size),
    scale: constant(1, [to]),
    shift: constant(0, [to]),
  };
}

function create({ channels, normalise: by }: ResnetOptions): TypedEncoder<Params, State> {
  const widths = Array.from({ length: BLOCKS }, (_, i) => channels * 2 ** i);
  return {
    init({ shape: [colours] }, width, random) {
      const stages = widths.map((to, i) => {
        const from = i === 0 ? colours : widths[i - 1];
        return {
          first: initLayer(random, from, to, 3),
          second: initLayer(random, to, to, 3),
          across: initLayer(random, from, to, 1),
        };
      });
      return { stages, out: uniformLayer(random, widths[BLOCKS - 1], width) };
    },

    initState() {
      if (by === "group") return {};
      const each = (to: number) => Object.fromEntries(convolutions.map((name) => [name, initStatistics(to)]));
      return { stages: widths.map(each) };
    },

    encode({ stages, out }, x, given, source) {
      const old = given.stages;
      const used: Record<string, Statistics>[] = [];
      const top = stages.reduce(
        (h, stage, i) => {
          used.push({});
          const apply = (name: keyof Stage, to: readonly Tensor[]): readonly Tensor[] => {
            const convolved = to.map((part) => convolve(part, stage[name].weight));
            if (!old) return convolved.map((part) => groupNormalise(part, stage[name]));
            const normalised = normalise(convolved, stage[name], old[i][name], source);
            used[i][name] = normalised.statistics;
            return normalised.parts;
          };
          const inner = apply("second", apply("first", h).map(relu));
          const across = apply("across", h);
          return inner.map((part, k) => maxPool(relu(part.add(across[k]))));
        },
        inParts(channelsLast(x), source.parts ?? 1) as readonly Tensor[],
      );
      const means = np.concatenate(
        top.map((part) => np.mean(part, [1, 2])),
        0,
      );
      const statistics = old ? { stages: used } : given;
      return { features: linear(means, out), statistics };
    },
  };
}

/** Images [channels, height, width] of any size. */
export const resnet = defineEncoder({
  name: "resnet",
  summary: "residual network of four stages, for larger images and colour images",
  source: "He, Zhang, Ren, Sun 2016",
  kind: "image",
  activations: ({ shape }, _, { channels }: ResnetOptions) => 14 * channels * sizeOf(shape.slice(1)),
  options,
  create,
});
