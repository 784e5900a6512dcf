/** The slow lane: what takes too long for every change. Run it where methods were added or their contracts changed. */

import { defineConfig, mergeConfig } from "vitest/config";
import usual from "./vitest.config.js";

export default mergeConfig(
  { ...usual, test: { ...usual.test, projects: undefined } },
  defineConfig({
    test: {
      include: [
        "test/**/*.slow.ts",
        "test/{contract,experts,invariance,learning,meta-gradients,solves}.test.ts",
      ],
      env: { ALL_PAIRS: "1" },
    },
  }),
);
