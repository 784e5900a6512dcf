/** What readers of data files share. */

/** A file: `path` on disk, and `where`, what errors call it. */
export interface DataFile {
  readonly path: string;
  readonly where: string;
}
