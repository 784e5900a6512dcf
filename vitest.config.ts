import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.js";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "benchmarks/**/*.test.ts"],
    reporters: ["default", new ClosingLine()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    allowOnly: false,
  },
});
