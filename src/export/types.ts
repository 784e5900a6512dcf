/** Options and results of an export. A file of its own, so that public types reach nothing of the engine. */

/** The most that exported graphs have room for. */
export interface Capacity {
  /** Most classes; 1 for regression. */
  readonly way: number;
  /** Most support examples per class, on average. */
  readonly shot: number;
  /** Most support examples: way · shot. */
  readonly support: number;
}

export interface ExportOptions {
  /** The folder to write. */
  out: string;
  /** Most classes of a support; by default the most of training, at least 5. For models only. */
  way?: number;
  /** Most support examples per class, on average; by default those of training, at least 5. For models only. */
  shot?: number;
  /** Whether all axes have fixed sizes, for runtimes that need them; the number of queries, and of encoders' examples, is then `queries`. */
  static?: boolean;
  /** The number of queries of a run, with `static` only; default 16. */
  queries?: number;
  /** Aborting ends the export before its next file, with nothing written. */
  signal?: AbortSignal;
  /** Called with each file's name when it is begun. */
  onProgress?: (file: string) => void;
}

/** A file of an export. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: number;
  /** Number of operators of a graph. */
  readonly nodes?: number;
  /** Largest difference of a graph's outputs from the library's for the golden inputs, |a − b| / max(1, |b|). */
  readonly difference?: number;
}

/** What {@link exportOnnx} wrote. */
export interface ExportSummary {
  readonly files: readonly ExportedFile[];
  /** Most classes, examples per class, and support examples; the number of queries if it is fixed. */
  readonly capacity: Readonly<Capacity> & { readonly queries?: number };
  /** What could not be exported, and why. */
  readonly notes: readonly string[];
}
