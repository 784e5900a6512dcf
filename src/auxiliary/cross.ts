/**
 * Cross-modal prediction (Ngiam et al., 2011; Frome et al., 2013): predict one modality's embedding from another's by a
 * linear map, L = mean of ‖f_a(x) W_ab + c_ab − f_b(x)‖² / width over ordered pairs (a, b) and the examples with both.
 */

import type { ByModality } from "../fusion/index.js";
import type { Linear } from "../nn/layers.js";
import { initMap, lossWeight, meanPredictionError } from "./predict-embedding.js";
import { auxiliaryObjective, defineAuxiliary } from "./types.js";

/** W_ab and c_ab, by a and b. */
type Maps = ByModality<ByModality<Linear>>;

export const cross = defineAuxiliary({
  name: "cross",
  summary: "predict one modality's embedding from another's",
  source: "Ngiam et al. 2011; Frome et al. 2013",
  options: lossWeight,
  tasks: ["classification", "regression"],
  create: () =>
    auxiliaryObjective({
      init(modalities, width, random) {
        const others = (a: string) => modalities.filter((b) => b !== a);
        return Object.fromEntries(
          modalities.map((a) => [a, Object.fromEntries(others(a).map((b) => [b, initMap(width, random)]))]),
        );
      },

      loss(maps: Maps, { parts, present }) {
        const names = Object.keys(parts);
        return meanPredictionError(
          names.flatMap((a) =>
            names
              .filter((b) => b !== a)
              .map((b) => ({
                input: parts[a],
                map: maps[a][b],
                target: parts[b],
                mask: present[a].mul(present[b]),
              })),
          ),
        );
      },
    }),
});
