/**
 * Cross-modal prediction (Ngiam et al., 2011; Frome et al., 2013): one modality's vector foretells another's,
 * L = mean of ‖W_ab f_a(x) + c_ab − f_b(x)‖² / width over ordered pairs (a, b) and the examples that have both.
 */

import type { Linear } from "../nn/layers.js";
import { initMap, meanError, weighted } from "./predict-embedding.js";
import { defineAuxiliary } from "./types.js";

type Maps = Readonly<Record<string, Readonly<Record<string, Linear>>>>;

export const cross = defineAuxiliary({
  name: "cross",
  summary: "foretell one modality's vector from another's",
  source: "Ngiam et al. 2011; Frome et al. 2013",
  options: weighted,
  tasks: ["classification", "regression"],
  create: () => ({
    init(modalities, width, random) {
      const others = (a: string) => modalities.filter((b) => b !== a);
      return Object.fromEntries(
        modalities.map((a) => [a, Object.fromEntries(others(a).map((b) => [b, initMap(width, random)]))]),
      );
    },

    loss(params, { parts, present }) {
      const names = Object.keys(parts);
      return meanError(
        names.flatMap((a) =>
          names
            .filter((b) => b !== a)
            .map((b) => ({
              from: parts[a],
              by: (params as Maps)[a][b],
              target: parts[b],
              where: present[a].mul(present[b]),
            })),
        ),
      );
    },
  }),
});
