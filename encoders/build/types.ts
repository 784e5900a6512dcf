/** Sources of the files in `encoders`. */

/** An npm package, in the version from which a file is built; a development dependency. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
}

/** The files of one kind of encoder and how they are built. */
export interface EncoderSource {
  /** Name on the command line: `npm run encoders -- image`. */
  readonly name: string;
  /** SPDX identifier of the licence of the weights. */
  readonly licence: string;
  /** Where the weights are from, if that is no package. */
  readonly origin?: string;
  readonly package?: NpmPackage;
  /** Build the files by name, to the same bytes each time. `folder` is that of the package. */
  build(folder: string): Promise<Readonly<Record<string, Uint8Array>>>;
}

/** The entry of a file in `manifest.json`. */
export interface ManifestEntry {
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  /** `package@version`, or a description. */
  readonly source: string;
  /** The command that builds the file. */
  readonly rebuild: string;
}
