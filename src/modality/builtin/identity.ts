/** The identity of the built-in encoders: which there are in this package, and whether stored vectors are theirs. */

import type { ModalityKind } from "../modality.js";
import { encoderDigest, hasEncoder } from "./files.js";
import { kinds } from "./kinds.js";
import { POPULATION_FILE, populationKinds } from "./population.js";
import { PROJECTION_FILE } from "./projection.js";

/** What determines the vectors of a kind besides the values: the versions and digests of its encoders. */
export interface BuiltinIdentity {
  readonly version: number;
  /** SHA-256 by file. */
  readonly files: Readonly<Record<string, string>>;
}

/** In place of the digest of a file that this build leaves out. */
const ABSENT = "absent";

/** The identity of a kind's encoders in this package. */
export function builtinIdentity(kind: ModalityKind): BuiltinIdentity {
  const { version = 0, encoders = [] } = kinds[kind] ?? {};
  const names = new Set([...encoders.flatMap(({ files = [] }) => files), PROJECTION_FILE]);
  return {
    version,
    files: Object.fromEntries([...names].map((name) => [name, encoderDigest(name) ?? ABSENT])),
  };
}

/** How a stored identity of a kind's encoders differs from that of this package, in words; undefined if it does not. */
export function differenceFrom(
  stored: BuiltinIdentity,
  kind: ModalityKind,
): { readonly stored: string; readonly current: string } | undefined {
  const current = builtinIdentity(kind);
  const name = Object.keys({ ...current.files, ...stored.files }).find(
    (file) => current.files[file] !== stored.files[file],
  );
  if (stored.version === current.version && name === undefined) return undefined;
  const wordsOf = ({ version, files }: BuiltinIdentity) => {
    if (name === undefined) return `version ${version} of the built-in encoders of ${kind}`;
    const digest = files[name] ?? ABSENT;
    if (digest === ABSENT) return `no built-in encoder file ${name}`;
    return `the built-in encoder file ${name} of SHA-256 ${digest.slice(0, 12)}…`;
  };
  return { stored: wordsOf(stored), current: wordsOf(current) };
}

/** A file that is not in this package, and the encoders of some kinds that are left out without it. */
interface AbsentFile {
  readonly file: string;
  /** In words: `the encoder "network" of image is left out`. */
  readonly consequence: string;
}

/** The files that encoders of `names` need and this package lacks. */
export function absentFiles(names: readonly ModalityKind[]): AbsentFile[] {
  const affected = new Map<string, string[]>();
  for (const name of new Set(names))
    for (const encoder of kinds[name]?.encoders ?? [])
      for (const file of encoder.files ?? [])
        if (!hasEncoder(file))
          affected.set(file, [...(affected.get(file) ?? []), `"${encoder.name}" of ${name}`]);
  const absent = [...affected].map(([file, encoders]) => ({
    file,
    consequence: `left out are the encoders that need it: ${encoders.join(", ")}`,
  }));
  if (names.some((name) => kinds[name] !== undefined) && !hasEncoder(PROJECTION_FILE))
    absent.push({ file: PROJECTION_FILE, consequence: "vectors are not standardised" });
  if (names.some((name) => populationKinds.has(name)) && !hasEncoder(POPULATION_FILE))
    absent.push({ file: POPULATION_FILE, consequence: "fewer drawings of other classes are unknown" });
  return absent;
}
