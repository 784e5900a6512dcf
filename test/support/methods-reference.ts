/** Every method in Markdown, from the tables of methods, and the page that they are on. */

import { type Method, methods } from "../../src/model/methods.js";

const titles: Readonly<Record<keyof typeof methods, string>> = {
  learners: "Learners: how a model adapts to a task",
  fusions: "Fusions: how modalities become one vector, or one answer",
  alignments: "Alignments: how modalities are drawn together",
  auxiliaries: "Auxiliary objectives: losses and masks over modalities while training",
  encoders: "Encoders: how a modality becomes a vector",
  continualMethods: "Continual methods: how an old task is retained while a new one is learned",
};

const cell = (text: string) => text.replaceAll("|", "\\|");

function section(title: string, rows: readonly Method[]): string {
  const lines = rows.map(
    ({ name, summary, source }) => `| \`${name}\` | ${cell(summary)} | ${cell(source)} |`,
  );
  return [`## ${title}`, "", "| name | what it does | source |", "| --- | --- | --- |", ...lines].join("\n");
}

/** The sections of the page that the tables decide. */
export const methodsReference = (): string =>
  (Object.keys(titles) as (keyof typeof methods)[])
    .map((kind) => section(titles[kind], methods[kind]))
    .join("\n\n");

const [BEGIN, END] = ["<!-- methods: begin -->", "<!-- methods: end -->"];

/** A page with what stands between its marks written anew. */
export function withMethods(page: string): string {
  const [before, rest] = page.split(BEGIN);
  return `${before}${BEGIN}\n\n${methodsReference()}\n\n${END}${rest.split(END)[1]}`;
}
