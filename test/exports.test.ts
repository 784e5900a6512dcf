/** The types of the package's entry: every type that a signature names is exported, and none is the engine's. */

import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const types = join(import.meta.dirname, "../dist/src");
const entry = join(types, "index.d.ts");
const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ["node"],
});
const checker = program.getTypeChecker();
const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
const resolved = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const exported = checker.getExportsOfModule(module).map(resolved);

/** The project's own named types that a declaration refers to. */
function namedIn(node: ts.Node): ts.Symbol[] {
  const name = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isExpressionWithTypeArguments(node)
      ? node.expression
      : undefined;
  const symbol = name && checker.getSymbolAtLocation(name);
  const found = symbol ? [resolved(symbol)] : [];
  ts.forEachChild(node, (child) => {
    found.push(...namedIn(child));
  });
  return found.filter((type) => {
    const [declaration] = type.declarations ?? [];
    return (
      declaration !== undefined &&
      !ts.isTypeParameterDeclaration(declaration) &&
      declaration.getSourceFile().fileName.startsWith(types)
    );
  });
}

it("exports every type that a signature of an exported name refers to", () => {
  const missing = exported.flatMap((symbol) =>
    (symbol.declarations ?? [])
      .flatMap(namedIn)
      .filter((type) => !exported.includes(type))
      .map((type) => `${symbol.name}: ${type.name}`),
  );
  expect([...new Set(missing)]).toEqual([]);
});

it("reaches no declaration of the engine's arrays", () => {
  const files = program.getSourceFiles().map(({ fileName }) => fileName);
  expect(files.filter((file) => /@jax-js|dist\/src\/engine\/(index|trace)/.test(file))).toEqual([]);
});
