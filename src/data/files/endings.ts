/** What files of data are by the endings of their names: the one list that layouts, readers and messages go by. */

/** A table has a row an example; a data set is one by itself; what is refused may be data, and is not read. */
type Role = "table" | "dataset" | "archive" | "refused";

/** `#` is a digit; `.tm` is a zip, a project of Teachable Machine. */
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

/** The endings of one role, or of all. */
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

/** The ending of a name or a path, in any case, if it is one of data. */
export const endingOf = (name: string): Ending | undefined =>
  patterns.find(([, pattern]) => pattern.test(name))?.[0];

/** The endings of names of archives. */
export const archiveEnding = new RegExp(`(?:${sourceOf(endingsOf("archive"))})$`, "i");

/** A member of an archive, by the path of the archive and the path inside. */
export const memberPattern = new RegExp(`^(.*?(?:${sourceOf(endingsOf("archive"))}))/(.*)$`, "i");

/** Whether a file is packed by gzip. */
export const isGzip = (name: string): boolean => /\.gz$/i.test(name);

/** Whether a name is that of a table. */
export const isTable = (name: string): boolean => hasRole(name, "table");

/** Whether a name is that of a table or a data set, of one that is not read too, as packed ones. */
export const mayBeData = (name: string): boolean =>
  [name, name.replace(/\.gz$/i, "")].some((own) => endingOf(own) !== undefined && !hasRole(own, "archive"));

function hasRole(name: string, role: Role): boolean {
  const ending = endingOf(name);
  return ending !== undefined && roles[ending] === role;
}

/** Whether a name is that of a metadata file, of a format that is read or not. */
export const isMetadata = (name: string): boolean => /^metadata\./i.test(name);

/** The metadata files that are understood, one of which a folder may have; `.data` is no ending of theirs. */
export const metadataFiles: readonly string[] = endingsOf("table")
  .filter((ending) => ending !== ".data")
  .map((ending) => `metadata${ending}`);
