import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.js";

export default defineConfig({
  test: {
    reporters: ["default", new ClosingLine()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["{src,benchmarks}/**/*.test.ts"],
          // Small files that leave nothing behind: with a worker each, the library would be loaded eighty times.
          isolate: false,
        },
      },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"] } },
    ],
  },
});
