/** `metamodal methods`: every learner, fusion, alignment, relation and encoder. */

import type { Command } from "../command.js";
import { print, printJson } from "../output.js";
import { table } from "../text.js";

type Method = Readonly<Record<"name" | "summary" | "source", string>>;

export const methods: Command = {
  name: "methods",
  args: [],
  summary: "List every learner, fusion, alignment, relation and encoder.",
  examples: ["metamodal methods", "metamodal methods --json"],

  async run({ values }) {
    const { alignments, encoders, fusions, learners, relations } = await import("../../index.js");
    const tables: Record<string, Readonly<Record<string, Method>>> = {
      learners,
      fusions,
      alignments,
      relations,
      encoders,
    };
    const listed = Object.entries(tables).map(([kind, rows]) => [
      kind,
      Object.values(rows).map(({ name, summary, source }): Method => ({ name, summary, source })),
    ]) as [string, Method[]][];
    if (values.json) return printJson(Object.fromEntries(listed));
    print(
      listed
        .filter(([, rows]) => rows.length > 0)
        .map(([kind, rows]) =>
          table(
            [{ title: kind }, { title: "what it does" }, { title: "source" }],
            rows.map(({ name, summary, source }) => [name, summary, source]),
          ),
        )
        .join("\n"),
    );
  },
};
