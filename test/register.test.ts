/** Words of an older dialect stay out of the source, its messages and the documentation: each has a term of the field. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** A pattern without legitimate use, and the term to write instead. A space also matches a line break in a comment. */
const dialect: readonly (readonly [pattern: string, instead: string])[] = [
  ["foret(ell|old)", "predict, predicted"],
  ["told", "label, target, given"],
  ["tells?", "predict, print, report, distinguish"],
  ["said", "prediction, text, the name of the value"],
  [
    "taught (?!tasks?|examples?|class(es)?|with(out)?\\b)",
    "trained, adapted; only tasks, classes and examples of `teach` are taught",
  ],
  ["what [^.;:]{0,24}says?", "the prediction, the text, the declaration"],
  ["answer(ed|ing)", "predict, prediction, output"],
  ["judge[sd]?", "loss, objective, evaluate"],
  ["slopes?", "gradient"],
  ["rectifie(s|d|rs?)", "ReLU"],
  ["halv(e|ed|ings?)", "2×2 max pooling, divide by 2"],
  ["of one alone", "of a single modality"],
  ["(is|are|be|still) asked (?!for)", "queries, given, requested"],
  ["what (is|are) known of", "performance on"],
  ["of whatever kind", "of any kind"],
  ["next to nothing", "close to zero"],
  ["worth having", "recommended, with the reason"],
  ["did harm", "the measured effect: increased the calibration error"],
  ["go(es|ing)? on with", "continue, resume"],
  ["drawn together", "aligned, pulled towards"],
  [
    "(once|one|weights?|vectors?|means?|stds?|objects?|tokens?|shots?|queries|numbers?|lines?) an? (modality|class|group|task|row|bucket|step)",
    "per modality, per class",
  ],
  ["(undefined|absent|empty|null|zero|`?InputError`?|nothing) where", "if, when"],
];

const isTest = /\.(test|table|full|slow)\.ts$/;
const under = (folder: string, ending: string) =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith(ending) && !isTest.test(file))
    .map((file) => join(folder, file));
const documents = readdirSync("docs").filter((file) => file.endsWith(".md"));
const files = [
  ...under("src", ".ts"),
  ...documents.map((file) => join("docs", file)),
  "README.md",
  "CONTRIBUTING.md",
];

const rules = dialect.map(([pattern, instead]) => ({
  expression: new RegExp(`\\b(?:${pattern.replaceAll(" ", "\\s+(?:(?:\\*|//)\\s+)?")})\\b`, "gi"),
  instead,
}));

/** The occurrences in a text: `file:line: "word": write instead`. */
const occurrences = (file: string, text: string): string[] =>
  rules.flatMap(({ expression, instead }) =>
    [...text.matchAll(expression)].map(({ 0: word, index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${file}:${line}: "${word.replace(/\s+(?:(?:\*|\/\/)\s+)?/g, " ")}": write ${instead}`;
    }),
  );

it("finds a pattern, also across a line break of a comment", () => {
  expect(
    occurrences("a.ts", "/**\n * What the\n * model says of it, undefined\n * where none.\n */"),
  ).toEqual([
    'a.ts:2: "What the model says": write the prediction, the text, the declaration',
    'a.ts:3: "undefined where": write if, when',
  ]);
});

it("has none of the words that the glossary replaces", () => {
  const found = files.flatMap((file) => occurrences(file, readFileSync(file, "utf8")));
  expect(found, found.join("\n")).toEqual([]);
});
