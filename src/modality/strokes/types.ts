/** The value of a strokes modality. */

/** Pen strokes in drawing order, each of at least one `[x, y]`. Any unit; y may point up or down. */
export type Strokes = (readonly [x: number, y: number])[][];
