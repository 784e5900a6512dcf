/**
 * Checks that the current Firefox and Safari have every browser API that the library uses in a page: the names that the
 * TypeScript checker finds in the declarations of the DOM, looked up in MDN's compatibility data. Prints what one lacks, and
 * exits with status 1.
 */

import { readdirSync } from "node:fs";
import data from "@mdn/browser-compat-data" with { type: "json" };
import ts from "typescript";

const browsers = /** @type {const} */ (["firefox", "safari"]);

/** Interfaces of TypeScript that share members among those of the DOM, by one that has them. */
const sharedBy = /** @type {Record<string, string>} */ ({
  AbstractWorker: "Worker",
  Body: "Response",
  CanvasDrawImage: "CanvasRenderingContext2D",
  CanvasFillStrokeStyles: "CanvasRenderingContext2D",
  CanvasImageData: "CanvasRenderingContext2D",
  CanvasRect: "CanvasRenderingContext2D",
  GlobalEventHandlers: "HTMLMediaElement",
  MessageEventTarget: "MessagePort",
  NavigatorConcurrentHardware: "Navigator",
});

/** Names that have other entries, or are of every browser: parts of older standards. */
const elsewhere = /** @type {Record<string, string>} */ ({
  "HTMLMediaElement.onerror": "HTMLMediaElement.error_event",
  "HTMLMediaElement.onloadedmetadata": "HTMLMediaElement.loadedmetadata_event",
  "IDBOpenDBRequest.onupgradeneeded": "IDBOpenDBRequest.upgradeneeded_event",
  "IDBRequest.onerror": "IDBRequest.error_event",
  "IDBRequest.onsuccess": "IDBRequest.success_event",
  "IDBTransaction.onabort": "IDBTransaction.abort_event",
  "IDBTransaction.oncomplete": "IDBTransaction.complete_event",
  "MessagePort.onmessage": "MessagePort.message_event",
  "Worker.onerror": "Worker.error_event",
  "Console.warn": "console.warn_static",
  "AbortSignal.addEventListener": "EventTarget.addEventListener",
  "AbortSignal.removeEventListener": "EventTarget.removeEventListener",
  "URL.createObjectURL": "URL.createObjectURL_static",
  "URL.revokeObjectURL": "URL.revokeObjectURL_static",
  addEventListener: "EventTarget.addEventListener",
  Audio: "HTMLAudioElement.Audio",
  location: "Window.location",
  navigator: "Window.navigator",
  postMessage: "DedicatedWorkerGlobalScope.postMessage",
});

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => `src/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\.web\.ts$|^src\/web(\.ts$|\/)/.test(file) && !/\.(test|full|slow)\.ts$/.test(file));
const config = ts.readConfigFile("tsconfig.web.json", ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(
  { ...ts.readConfigFile("tsconfig.json", ts.sys.readFile).config, files, include: [] },
  ts.sys,
  ".",
);
const { options: own } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
const program = ts.createProgram(files, { ...options, ...own });
const checker = program.getTypeChecker();

/** Where each name is used: `Interface.member`, or a global's name. */
const used = /** @type {Map<string, string>} */ (new Map());

/**
 * The name of a symbol of the DOM; undefined for others.
 * @param {ts.Symbol} symbol
 */
function nameOf(symbol) {
  const declaration = symbol.declarations?.find((each) =>
    /lib\.dom\.d\.ts$/.test(each.getSourceFile().fileName),
  );
  if (!declaration || ts.isTypeAliasDeclaration(declaration)) return undefined;
  const parent = declaration.parent;
  if (ts.isInterfaceDeclaration(parent) || ts.isTypeLiteralNode(parent)) {
    // The constructor's object is declared as a variable of a type without a name: static members.
    const owner = ts.isInterfaceDeclaration(parent)
      ? parent.name
      : /** @type {ts.VariableDeclaration} */ (parent.parent).name;
    return `${owner.getText()}.${symbol.name}`;
  }
  return ts.isVariableDeclaration(declaration) || ts.isFunctionDeclaration(declaration)
    ? symbol.name
    : undefined;
}

for (const file of files) {
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} is not in the program`);
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isIdentifier(node) && !ts.isPartOfTypeNode(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      const name = symbol && nameOf(symbol);
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      if (name && !used.has(name)) used.set(name, `${file}:${line}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/**
 * The support of a name; undefined if the data have no such entry.
 * @param {string} name
 */
function supportOf(name) {
  const [owner, member] = name.split(".");
  const shared = member === undefined ? owner : `${sharedBy[owner] ?? owner}.${member}`;
  let entry = /** @type {any} */ (data.api);
  for (const part of (elsewhere[shared] ?? shared).split(".")) entry = entry?.[part];
  return entry?.__compat?.support;
}

/**
 * The version of a browser that has a name; undefined if the current one lacks it.
 * @param {any} support
 */
function versionIn(support) {
  const [latest] = Array.isArray(support) ? support : [support];
  const { version_added: added, version_removed: removed, flags } = latest ?? {};
  return typeof added === "string" && added !== "preview" && !removed && !flags ? added : undefined;
}

/** Fields of options, and `import.meta`, which is syntax. */
const isOther = (/** @type {string} */ name) => /(Init|Options|Settings|ImportMeta)\./.test(name);
const problems = [];
for (const [name, at] of [...used].sort()) {
  if (isOther(name)) continue;
  const support = supportOf(name);
  if (!support) problems.push(`${at}: ${name} is not in the compatibility data under this name`);
  else
    for (const browser of browsers)
      if (!versionIn(support[browser])) problems.push(`${at}: ${browser} has no ${name}`);
}
if (used.size < 20) problems.push(`only ${used.size} names of the DOM were found`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(
  `${used.size} browser APIs are in current ${browsers.join(" and ")} (MDN data ${data.__meta.version})`,
);
