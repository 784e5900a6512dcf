/** `vitest run --mode LANE` runs one of the lanes of test/support/lane.ts: test (the default), full or slow. */

import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.js";
import type { Lane } from "./test/support/lane.js";

const endings: Record<Lane, string> = { test: "{test,table}", full: "{full,table}", slow: "{slow,table}" };

export function laneConfig(lane: Lane): ViteUserConfig {
  return {
    test: {
      include: [`{src,test,benchmarks,encoders}/**/*.${endings[lane]}.ts`],
      provide: { lane },
      reporters: ["default", new ClosingLine()],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      allowOnly: false,
      // The files that a worker runs share its modules, and so one engine with what it has compiled.
      isolate: false,
    },
  };
}

export default defineConfig(({ mode }) => {
  if (!Object.hasOwn(endings, mode))
    throw new Error(`--mode is ${mode}; expected one of ${Object.keys(endings).join(", ")}`);
  return laneConfig(mode as Lane);
});
