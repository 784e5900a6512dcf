/** The files of an archive. */

/** A file of an archive; its bytes are read when they are asked for. */
export interface Member {
  readonly size: number;
  read(): Promise<Uint8Array>;
  readNow(): Uint8Array;
}

/** The files of an archive by name, in its order. */
export type Archive = ReadonlyMap<string, Member>;
