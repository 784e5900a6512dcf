/**
 * The three lanes of tests, which a file's ending chooses: `npm test` runs `*.test.ts`, `npm run test:full` `*.full.ts`, and
 * `npm run test:slow` `*.slow.ts`. All three run `*.table.ts`, tests over the rows of a table, of which `inLane` gives each
 * lane its own.
 */

import { inject } from "vitest";

export type Lane = "test" | "full" | "slow";

declare module "vitest" {
  export interface ProvidedContext {
    lane: Lane;
  }
}

/** The rows that this lane runs: `test` and `full` those that `laneOf` gives them, `slow` every row. */
export function inLane<Row>(rows: readonly Row[], laneOf: (row: Row) => Lane): Row[] {
  const lane = inject("lane");
  return rows.filter((row) => lane === "slow" || laneOf(row) === lane);
}

/** One learner of each family: the ones that `npm test` takes through every property. */
export const usualLearners = ["prototypical", "ridge", "maml", "set-transformer", "supervised"];

/** The lane of a learner's row where every learner is tested. */
export const laneOfLearner = (name: string): Lane => (usualLearners.includes(name) ? "test" : "full");
