/** Casts in src that switch the type checker off: few, and each with its reason. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const most = 15;

interface Source {
  readonly path: string;
  readonly lines: readonly string[];
  readonly file: ts.SourceFile;
}

const sources: Source[] = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !/\.(test|table|full|slow|test-d)\.ts$/.test(path))
  .map((path) => {
    const text = readFileSync(join("src", path), "utf8");
    return {
      path,
      lines: text.split("\n"),
      file: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true),
    };
  });

/** The nodes of all files that `holds` is true of, as `path:line`. */
function find(holds: (node: ts.Node) => boolean): { source: Source; line: number; at: string }[] {
  return sources.flatMap((source) => {
    const lines: number[] = [];
    const visit = (node: ts.Node): void => {
      if (holds(node)) lines.push(source.file.getLineAndCharacterOfPosition(node.getStart()).line);
      ts.forEachChild(node, visit);
    };
    visit(source.file);
    return lines.map((line) => ({ source, line, at: `src/${source.path}:${line + 1}` }));
  });
}

/** `x as never`, `x as unknown as T` and `params as T`. */
const isUnchecked = (node: ts.Node): boolean =>
  ts.isAsExpression(node) &&
  (node.type.kind === ts.SyntaxKind.NeverKeyword ||
    (ts.isAsExpression(node.expression) && node.expression.type.kind === ts.SyntaxKind.UnknownKeyword) ||
    (ts.isIdentifier(node.expression) && node.expression.text === "params"));

const unchecked = find(isUnchecked);

it(`has at most ${most} unchecked casts`, () => {
  expect(unchecked.length, unchecked.map(({ at }) => at).join("\n")).toBeLessThanOrEqual(most);
  expect(unchecked.length).toBeGreaterThan(0);
});

it("gives each one's reason on its line or in the three lines above", () => {
  const unexplained = unchecked.filter(
    ({ source, line }) =>
      !source.lines
        .slice(Math.max(0, line - 3), line + 1)
        .some((text) => /(\/\/|\*).*\bcasts?\b/i.test(text)),
  );
  expect(unexplained.map(({ at }) => at)).toEqual([]);
});

it("uses no `any` and suppresses no error of the compiler", () => {
  expect(find(({ kind }) => kind === ts.SyntaxKind.AnyKeyword).map(({ at }) => at)).toEqual([]);
  expect(
    sources.filter(({ lines }) => lines.some((text) => /@ts-(ignore|expect-error|nocheck)/.test(text))),
  ).toEqual([]);
});
