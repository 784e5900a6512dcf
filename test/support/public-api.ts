/** The functions, classes and methods that src/index.ts exports, with the text of their `@example` tags. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

export interface Callable {
  /** `evaluate`, or `Model.adapt`. */
  readonly name: string;
  readonly examples: readonly string[];
  /** The text above the tags. */
  readonly summary: string;
}

const files = new Map<string, ts.SourceFile>();

function parsed(path: string): ts.SourceFile {
  const known = files.get(path);
  if (known) return known;
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  files.set(path, file);
  return file;
}

/** The declaration that a file exports under a name, itself or from another file. */
function declarationOf(path: string, name: string): ts.Node {
  for (const statement of parsed(path).statements) {
    if (ts.isExportDeclaration(statement)) {
      const found = exportedBy(statement).find((one) => one.name.text === name);
      if (found && statement.moduleSpecifier)
        return declarationOf(fileOf(path, statement), (found.propertyName ?? found.name).text);
    }
    if (ts.isVariableStatement(statement)) {
      const found = statement.declarationList.declarations.find((one) => one.name.getText() === name);
      if (found) return found;
    }
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement);
    if (isNamed && statement.name?.text === name) return statement;
  }
  throw new Error(`${path} exports no ${name}`);
}

const exportedBy = ({ exportClause }: ts.ExportDeclaration): readonly ts.ExportSpecifier[] =>
  exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : [];

const fileOf = (path: string, { moduleSpecifier }: ts.ExportDeclaration): string =>
  join(dirname(path), (moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, ".ts"));

const isInternal = (node: ts.Node): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal");

function callable(name: string, node: ts.Node): Callable {
  const tags = ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === "example");
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return {
    name,
    examples: tags.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? ""),
    summary: ts.getTextOfJSDocComment(doc?.comment) ?? "",
  };
}

/** An exported declaration, if it can be called or holds data, and its public methods. Types have methods only. */
function callablesOf(name: string, node: ts.Node): Callable[] {
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
    const members: readonly ts.Node[] = node.members;
    const methods = members.filter(
      (member): member is ts.MethodDeclaration | ts.MethodSignature =>
        (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) &&
        !ts.isPrivateIdentifier(member.name) &&
        !isInternal(member),
    );
    return [
      ...(ts.isClassDeclaration(node) ? [callable(name, node)] : []),
      ...methods.map((method) => callable(`${name}.${method.name.getText()}`, method)),
    ];
  }
  return ts.isTypeAliasDeclaration(node) ? [] : [callable(name, node)];
}

/** Everything callable that a file exports. */
export function callablesIn(index: string): Callable[] {
  return parsed(index)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(exportedBy)
    .flatMap(({ name: { text } }) => callablesOf(text, declarationOf(index, text)));
}
