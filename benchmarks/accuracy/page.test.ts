/** The pages of `docs/results` show the current descriptions and recipes. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dataSets } from "./data-sets/index.js";
import { runHeader } from "./page.js";

const withRuns = dataSets.filter(({ runs }) => runs.length > 0);

it.each(withRuns.map((set) => [set.name, set] as const))("%s has a page with its recipes", (name, set) => {
  const page = readFileSync(`docs/results/${name}.md`, "utf8");
  for (const block of [set.description, ...set.runs.flatMap(runHeader)]) expect(page).toContain(block);
});
