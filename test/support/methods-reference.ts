/** The reference of all methods in Markdown, generated from the tables, and the page that contains it. */

import { type Method, methods } from "../../src/methods.js";

const titles: Readonly<Record<keyof typeof methods, string>> = {
  learners: "Learners: adaptation to a task",
  fusions: "Fusions: from one embedding per modality to one embedding, or one prediction",
  alignments: "Alignments: losses that pull the modalities of an example together",
  auxiliaries: "Auxiliary objectives: relations among modalities",
  encoders: "Encoders: from a modality to an embedding",
  continualMethods: "Continual learning: terms that retain an old task",
};

const cell = (text: string) => text.replaceAll("|", "\\|");

function section(title: string, rows: readonly Method[]): string {
  const lines = rows.map(
    ({ name, summary, source }) => `| \`${name}\` | ${cell(summary)} | ${cell(source)} |`,
  );
  return [`## ${title}`, "", "| name | summary | source |", "| --- | --- | --- |", ...lines].join("\n");
}

/** The generated sections of the page. */
export const methodsReference = (): string =>
  (Object.keys(titles) as (keyof typeof methods)[])
    .map((kind) => section(titles[kind], methods[kind]))
    .join("\n\n");

const [BEGIN, END] = ["<!-- methods: begin -->", "<!-- methods: end -->"];

/** Replace the generated sections between the marks of a page. */
export function withMethods(page: string): string {
  const [before, rest] = page.split(BEGIN);
  return `${before}${BEGIN}\n\n${methodsReference()}\n\n${END}${rest.split(END)[1]}`;
}
