/**
 * Writes the types of a recipe's choices out in full, as literal names and option types, in place of types derived from
 * the tables of methods: a user's compiler then reads none of the engine's declarations and shows the options themselves.
 */

import { writeFileSync } from "node:fs";
import ts from "typescript";

const path = "dist/src/model/recipe-choices.d.ts";
const program = ts.createProgram([path], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ["lib.es2023.d.ts"],
  strict: true,
  skipLibCheck: true,
  types: [],
});
const checker = program.getTypeChecker();
const source = program.getSourceFile(path);
if (!source) throw new Error(`${path} is missing: run tsc first`);

const flags =
  ts.NodeBuilderFlags.NoTruncation | ts.NodeBuilderFlags.InTypeAlias | ts.NodeBuilderFlags.NoTypeReduction;
const printer = ts.createPrinter({ removeComments: true });

/**
 * A type in full; objects with the comments of their properties.
 * @param {ts.Type} type
 * @returns {string}
 */
function written(type) {
  if (type.isUnion()) {
    const members = type.types.map(written);
    return members.join(
      members.length > 12 || members.some((each) => each.includes("\n")) ? "\n  | " : " | ",
    );
  }
  const isObject =
    type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) && !checker.isArrayLikeType(type);
  if (!isObject) {
    const node = checker.typeToTypeNode(type, source, flags);
    if (!node || !source) throw new Error(`internal: ${checker.typeToString(type)} cannot be written`);
    return printer.printNode(ts.EmitHint.Unspecified, node, source);
  }
  const properties = checker.getPropertiesOfType(type).map((property) => {
    const text = ts.displayPartsToString(property.getDocumentationComment(checker));
    const comment = text === "" ? "" : `/** ${text.replaceAll("\n", " ")} */\n`;
    const isOptional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
    const own = checker.getTypeOfSymbol(property);
    const value = isOptional ? checker.getNonNullableType(own) : own;
    const name = /^\w+$/.test(property.name) ? property.name : JSON.stringify(property.name);
    return `${comment}${name}${isOptional}: ${written(value)};`;
  });
  const index = checker
    .getIndexInfosOfType(type)
    .map(({ type: of }) => `[modality: string]: ${written(of)} | undefined;`);
  return `{\n${[...properties, ...index].join("\n")}\n}`.replaceAll("\n", "\n  ").replace(/ {2}\}$/, "}");
}

const aliases = source.statements.flatMap((statement) => {
  if (!ts.isTypeAliasDeclaration(statement)) return [];
  const { name, typeParameters } = statement;
  const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported || typeParameters) return [];
  const text = ts.displayPartsToString(
    checker.getSymbolAtLocation(name)?.getDocumentationComment(checker) ?? [],
  );
  return [
    `/** ${text} */\nexport type ${name.text} =\n  | ${written(checker.getTypeAtLocation(statement))};\n`,
  ];
});
writeFileSync(
  path,
  `/** The methods that a recipe may choose: a name, or an object with the name and options. */\n${aliases.join("")}export {};\n`,
);
