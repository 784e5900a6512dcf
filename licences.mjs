/**
 * Checks licences, as part of `npm run check`: every package that an install of metamodal brings or that is bundled into
 * it, and every file of the built-in encoders, has a licence of `permissive` or is a row of `exceptions`. Packages of
 * optional peers, which only their users install, are listed if they are not permissive. Tools of development are not
 * published and not checked. Licences are those of `package-lock.json`, or of the installed `package.json` if it has none.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A package in `package-lock.json`.
 * @typedef {{ license?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked
 */

/** SPDX identifiers of the licences that published files may have. */
const permissive = new Set([
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"],
]);

/** Packages of other licences, by the start of their name: installed beside metamodal, never bundled into it. */
const exceptions = [
  {
    start: "@img/sharp-",
    licence: "LGPL-3.0-or-later",
    reason: "libvips, a shared library that sharp loads; npm installs it for the platform",
  },
  { start: "@audio/decode-aac", licence: "GPL-2.0", reason: "an optional peer, for AAC files" },
  {
    start: "codec-parser",
    licence: "LGPL-3.0-or-later",
    reason: "of optional peers, for FLAC, Opus and Vorbis files",
  },
  { start: "libheif-js", licence: "LGPL-3.0", reason: "of the optional peer heic-decode, for HEIC files" },
];

/** Packages that bundle.mjs leaves out of the bundle. */
const external = /^(@jax-js\/jax|libsql|onnxruntime-node|sharp|@huggingface\/.*)$/;

/**
 * Whether an SPDX expression without nested parentheses allows use under a permissive licence.
 * @param {string} expression
 */
export const isPermissive = (expression) =>
  expression
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((all) => all.split(" AND ").every((licence) => permissive.has(licence.trim())));

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/**
 * The names in `packages` of what `names` bring, themselves included; optional peers bring nothing.
 * @param {Readonly<Record<string, Locked>>} packages
 * @param {readonly string[]} names
 */
export function closureOf(packages, names) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} from @param {string} name */
  const visit = (from, name) => {
    const place = placeOf(packages, from, name);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    const { dependencies, optionalDependencies } = packages[place];
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(place, next);
  };
  for (const name of names) visit("", name);
  return [...found].sort();
}

/**
 * Where the package `name` is found from the package at `from`, as Node.js does: undefined if it is not locked.
 * @param {Readonly<Record<string, Locked>>} packages
 * @param {string} from
 * @param {string} name
 */
function placeOf(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[place]) return place;
    if (folder === "") return undefined;
  }
}

/**
 * Names of the packages that `src` imports by name and bundle.mjs therefore bundles. It checks the licences of all that it
 * bundles, too.
 * @param {string} root
 */
function bundledBy(root) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!/\.m?[jt]s$/.test(file) || /\.(test|table|full|slow|test-d)\.ts$/.test(file)) continue;
    const code = readFileSync(join(root, "src", file), "utf8");
    for (const [, name] of code.matchAll(/(?:\bfrom |\bimport |\bimport\()"((?:@[^/"]+\/)?[^./"][^/"]*)/g))
      names.add(name);
  }
  return [...names].filter((name) => !name.startsWith("node:") && !external.test(name));
}

/**
 * Problems of the encoders' files: absent from the manifest, other bytes than it states, or not permissive.
 * @param {string} folder
 */
export function encoderProblems(folder) {
  /** @type {Record<string, { licence: string, sha256: string, source: string }>} */
  const manifest = readJson(join(folder, "manifest.json"));
  const files = readdirSync(folder).filter((file) => /\.(onnx|tsv|safetensors|bin)$/.test(file));
  return [...new Set([...files, ...Object.keys(manifest)])].sort().flatMap((file) => {
    const entry = manifest[file];
    if (!entry) return [`encoders/${file}: it is not in encoders/manifest.json`];
    if (!isPermissive(entry.licence)) return [`encoders/${file}: its licence is ${entry.licence}`];
    // A build may leave a file out.
    if (!files.includes(file)) return [];
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
    return digest === entry.sha256
      ? []
      : [`encoders/${file}: its SHA-256 is not that of encoders/manifest.json`];
  });
}

/**
 * Check the project in `root`. Returns what is wrong, and lines that sum up what is published.
 * @param {string} root
 */
export function checkLicences(root) {
  /** @type {Record<string, Locked>} */
  const packages = readJson(join(root, "package-lock.json")).packages;
  const { dependencies, peerDependencies } = readJson(join(root, "package.json"));
  const installed = closureOf(packages, Object.keys(dependencies));
  const inBundle = closureOf(packages, bundledBy(root));
  const peers = closureOf(packages, Object.keys(peerDependencies)).filter(
    (place) => !installed.includes(place) && !inBundle.includes(place),
  );
  /** @param {string} place */
  const licenceOf = (place) =>
    packages[place].license ?? readJson(join(root, place, "package.json")).license ?? "unknown";
  /** @param {string} place */
  const nameOf = (place) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  /** @param {string} place */
  const exceptionOf = (place) =>
    exceptions.find(
      ({ start, licence }) => nameOf(place).startsWith(start) && licenceOf(place).includes(licence),
    );
  /** @param {string} place */
  const isOther = (place) => !isPermissive(licenceOf(place));
  /** @param {string} place */
  const described = (place) => `${nameOf(place)}: its licence is ${licenceOf(place)}`;
  const others = [...installed, ...peers].filter(isOther);
  const used = new Set(others.map(exceptionOf));
  const problems = [
    ...inBundle.filter(isOther).map((place) => `${described(place)}, and it is bundled`),
    ...others.filter((place) => !exceptionOf(place)).map(described),
    ...exceptions.filter((row) => !used.has(row)).map(({ start }) => `${start}: the exception is not needed`),
    ...encoderProblems(join(root, "encoders")),
  ];
  const summary = [
    `licences: ${installed.length} packages that an install brings, ${inBundle.length} bundled, ${peers.length} of optional peers and the encoders are permissive, except`,
    ...exceptions.map(({ start, licence, reason }) => `  ${start} (${licence}): ${reason}`),
  ];
  return { problems, summary };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, summary } = checkLicences(import.meta.dirname);
  console.log(summary.join("\n"));
  for (const problem of problems) console.error(`error: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
