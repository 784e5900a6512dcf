/** The table of file name endings of data: the only list that layouts, readers and messages use. */

/** A `table` has one row per example, a `dataset` is complete in itself, a `refused` file may hold data but is not read. */
type Role = "table" | "dataset" | "archive" | "refused";

/** `#` stands for a digit; `.tm` is a zip, a project of Teachable Machine. */
const roles = {
  ".jsonl": "table",
  ".jsonl.gz": "table",
  ".ndjson": "table",
  ".ndjson.gz": "table",
  ".csv": "table",
  ".csv.gz": "table",
  ".tsv": "table",
  ".tsv.gz": "table",
  ".data": "table",
  ".parquet": "table",
  ".xlsx": "table",
  ".npz": "dataset",
  "-idx#-ubyte": "dataset",
  ".idx#-ubyte": "dataset",
  "-idx#-ubyte.gz": "dataset",
  ".idx#-ubyte.gz": "dataset",
  ".tar": "archive",
  ".tar.gz": "archive",
  ".tgz": "archive",
  ".zip": "archive",
  ".tm": "archive",
  ".arrow": "refused",
  ".xls": "refused",
  ".ods": "refused",
} as const satisfies Readonly<Record<string, Role>>;

/** The endings of a role; all by default. */
export type Ending<R extends Role = Role> = {
  [E in keyof typeof roles]: (typeof roles)[E] extends R ? E : never;
}[keyof typeof roles];

const endings = Object.keys(roles) as Ending[];

/** The endings of a role, in the order that messages list them in. */
export const endingsOf = <R extends Role>(role: R): readonly Ending<R>[] =>
  endings.filter((ending): ending is Ending<R> => roles[ending] === role);

const sourceOf = (some: readonly Ending[]) =>
  some.map((ending) => ending.replaceAll(".", "\\.").replaceAll("#", "\\d")).join("|");

const patterns = endings.map((ending) => [ending, new RegExp(`(?:${sourceOf([ending])})$`, "i")] as const);

/** The ending of a name or a path in the table, ignoring case. */
export const endingOf = (name: string): Ending | undefined =>
  patterns.find(([, pattern]) => pattern.test(name))?.[0];

/** Matches the ending of archives. */
export const archiveEnding = new RegExp(`(?:${sourceOf(endingsOf("archive"))})$`, "i");

/** Matches a path into an archive: the path of the archive and the path inside it. */
export const memberPattern = new RegExp(`^(.*?(?:${sourceOf(endingsOf("archive"))}))/(.*)$`, "i");

/** Whether a file is compressed by gzip. */
export const isGzip = (name: string): boolean => /\.gz$/i.test(name);

/** Whether a file is a table. */
export const isTable = (name: string): boolean => hasRole(name, "table");

/** Whether a file may hold data: a table or a data set, of a format that is read or not, compressed or not. */
export const mayBeData = (name: string): boolean =>
  [name, name.replace(/\.gz$/i, "")].some(
    (each) => endingOf(each) !== undefined && !hasRole(each, "archive"),
  );

function hasRole(name: string, role: Role): boolean {
  const ending = endingOf(name);
  return ending !== undefined && roles[ending] === role;
}

/** Whether a file is a metadata file, of a format that is read or not. */
export const isMetadata = (name: string): boolean => /^metadata\./i.test(name);

/** The names of metadata files, of which a folder may have one. `.data` files are found by being the only table. */
export const metadataFiles: readonly string[] = endingsOf("table")
  .filter((ending) => ending !== ".data")
  .map((ending) => `metadata${ending}`);
