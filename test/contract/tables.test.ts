/** Every row of a table of methods has its name, a summary and a source. */

import { describe, expect, it } from "vitest";
import { alignments } from "../../src/alignment/index.js";
import { auxiliaries } from "../../src/auxiliary/index.js";
import { continualMethods } from "../../src/continual/index.js";
import { defaultEncoder, encoders } from "../../src/encoder/index.js";
import { fusions } from "../../src/fusion/index.js";
import { learners } from "../../src/learner/index.js";
import { modalities } from "../../src/modality/index.js";

const tables = { learners, fusions, alignments, auxiliaries, encoders, continualMethods };

describe.each(Object.entries(tables))("every row of %s", (_, table) => {
  it.each(Object.entries(table))("%s has its name, a line about it and its source", (key, row) => {
    expect(row.name).toBe(key);
    expect(row.summary).toMatch(/^.{10,95}[^.]$/);
    expect(row.source).toMatch(/\b(19|20)\d\d\b/);
  });
});

it("every implemented kind of modality has a default encoder", () => {
  for (const kind of Object.keys(modalities)) expect(encoders).toHaveProperty(defaultEncoder(kind as never));
});
