/**
 * `x.web.ts` takes the place of `x.ts` in a page: it exports the same names, with types that fit, but for names that no
 * module of a page imports.
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const twins = (readdirSync("src", { recursive: true, encoding: "utf8" }) as string[])
  .filter((file) => file.endsWith(".web.ts"))
  .map((file) => join("src", file.replaceAll("\\", "/")))
  .filter((file) => existsSync(file.replace(/\.web\.ts$/, ".ts")));

const program = ts.createProgram([...twins, ...twins.map((file) => file.replace(/\.web\.ts$/, ".ts"))], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  strict: true,
  skipLibCheck: true,
  resolveJsonModule: true,
  types: ["node"],
});
const checker = program.getTypeChecker();

/** The values that a file exports, by name. */
function valuesOf(file: string): Map<string, ts.Symbol> {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const values = checker
    .getExportsOfModule(module)
    .map((symbol) => [symbol.name, resolved(symbol)] as const)
    .filter(([, symbol]) => symbol.flags & ts.SymbolFlags.Value);
  return new Map(values);
}

/** What of a class's instance others may use: private names make classes different types. */
function isUsedAlike(own: ts.Symbol, other: ts.Symbol): boolean {
  const instance = (symbol: ts.Symbol) => checker.getDeclaredTypeOfSymbol(symbol).getProperties();
  const names = new Set(instance(own).map(({ name }) => name));
  return instance(other)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("#"))
    .every((name) => names.has(name));
}

/** Whether a page's value may stand for Node's: a class by its members, a function by its type, a constant by its name. */
function fits(own: ts.Symbol, other: ts.Symbol): boolean {
  if (other.flags & ts.SymbolFlags.Class) return isUsedAlike(own, other);
  const [type, wanted] = [own, other].map((symbol) => checker.getTypeOfSymbol(symbol));
  return wanted.getCallSignatures().length === 0 || checker.isTypeAssignableTo(type, wanted);
}

/** Names that no module of a page imports: they are about the file system. */
const onlyInNode: Readonly<Record<string, readonly string[]>> = {
  "src/modality/builtin/files.ts": ["readEncoderNotes"],
  "src/model/folder.ts": ["placeOf"],
  "src/teach/disk.ts": ["isTaskFile", "taskPlace"],
};

describe("a module of a page", () => {
  it("is one of several", () => {
    expect(twins.length).toBeGreaterThan(8);
  });

  it.each(twins)("%s exports what the module that it replaces does", (file) => {
    const replaced = file.replace(/\.web\.ts$/, ".ts");
    const own = valuesOf(file);
    const unlike: string[] = [];
    for (const [name, symbol] of valuesOf(replaced)) {
      if (onlyInNode[replaced]?.includes(name)) continue;
      const twin = own.get(name);
      if (!twin || !fits(twin, symbol)) unlike.push(name);
    }
    expect(unlike).toEqual([]);
  });
});
