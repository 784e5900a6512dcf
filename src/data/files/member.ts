/** The files of an archive. */

/** A file of an archive, read on demand. */
export interface Member {
  readonly size: number;
  read(): Promise<Uint8Array>;
  readNow(): Uint8Array;
}

/** The files of an archive by name, in archive order. */
export type Archive = ReadonlyMap<string, Member>;
